package dev.runway.driftmonitor.provisional;

import dev.runway.driftmonitor.merge.BaselineKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Spares the network what cannot become part of a sample: a prediction above so many others of the
 * same version and time, as a sample is of the lowest. Forgets without harm, by a restart or for
 * want of room: then more is sent than need be.
 */
public final class SampleThresholds {
  /** Versions and times that are remembered; with samples of 2,000 some 32 MB. */
  private static final int MAX_REMEMBERED = 1_000;

  /** The shortest evaluation window, of which every longer one is made. */
  private static final long TIME_MILLIS = Duration.ofMinutes(10).toMillis();

  private record Place(BaselineKey key, long time) {}

  /** The lowest positions seen. */
  private static final class Lowest {
    private final long[] positions;
    private int size;
    private long below = Long.MAX_VALUE;

    Lowest(int sampleSize) {
      positions = new long[2 * sampleSize];
    }

    boolean take(long position) {
      if (position >= below) {
        return false;
      }
      positions[size++] = position;
      if (size == positions.length) {
        // Sorting once in a while costs less than keeping an order.
        Arrays.sort(positions);
        dropRepeats();
        int most = positions.length / 2;
        if (size > most) {
          size = most;
          below = positions[most - 1];
        }
      }
      return true;
    }

    /** An id that is sent again and again is one of a sample all the same. */
    private void dropRepeats() {
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (kept == 0 || positions[kept - 1] != positions[i]) {
          positions[kept++] = positions[i];
        }
      }
      size = kept;
    }
  }

  private final int sampleSize;
  private final Map<Place, Lowest> places =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Lowest> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  public SampleThresholds(int sampleSize) {
    this.sampleSize = sampleSize;
  }

  /** Whether a prediction may still become part of a sample. */
  public boolean take(BaselineKey key, long predictedAtMillis, long position) {
    Place place = new Place(key, Math.floorDiv(predictedAtMillis, TIME_MILLIS));
    return places.computeIfAbsent(place, p -> new Lowest(sampleSize)).take(position);
  }
}
