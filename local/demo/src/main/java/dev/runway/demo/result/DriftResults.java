package dev.runway.demo.result;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a namespace's topics say of drift: the newest reading of each window, and how many
 * predictions the newest tile of each minute counts.
 */
public final class DriftResults {
  /** How profile ids of readings begin that are not of a baseline. */
  private static final List<String> OTHERS =
      List.of("concept.", "change-detectors", "performance-estimate", DriftReading.NO_PROFILE);

  private final Map<Place, DriftReading> readings = new HashMap<>();
  private final Map<Place, Counted> tiles = new HashMap<>();

  /** Whose predictions of which time, in which bins. */
  private record Place(
      String modelId, String version, String segment, String profileId, long startMillis) {

    ModelVersion of() {
      return new ModelVersion(modelId, version);
    }

    Place at(String otherSegment, long otherStartMillis) {
      return new Place(modelId, version, otherSegment, profileId, otherStartMillis);
    }
  }

  private record Counted(long revision, long predictions) {}

  /** Takes a reading, unless a newer one of its window is known. */
  public void take(DriftReading reading) {
    Place place =
        new Place(
            reading.modelId(),
            reading.modelVersion(),
            reading.segment(),
            reading.profileId(),
            reading.windowStartMillis());
    readings.merge(
        place, reading, (known, next) -> next.revision() >= known.revision() ? next : known);
  }

  /** Takes note of a tile, unless a newer one of its minute is known; its counts are not kept. */
  public void take(DriftTile tile) {
    Place place =
        new Place(
            tile.modelId(),
            tile.modelVersion(),
            tile.segment(),
            tile.profileId(),
            tile.windowStartMillis());
    tiles.merge(
        place,
        new Counted(tile.revision(), tile.predictions()),
        (known, next) -> next.revision() >= known.revision() ? next : known);
  }

  /** The newest reading of every window, in no order. */
  public Collection<DriftReading> readings() {
    return Collections.unmodifiableCollection(readings.values());
  }

  /** Those of predictions against a baseline, and not of labels or scores alone. */
  public List<DriftReading> ofFeatures() {
    return readings.values().stream()
        .filter(reading -> OTHERS.stream().noneMatch(reading.profileId()::startsWith))
        .toList();
  }

  /** Predictions in all tiles. */
  public long counted() {
    return counted(place -> true);
  }

  /** Predictions in the tiles of one model. */
  public long counted(String modelId) {
    return counted(place -> place.modelId().equals(modelId));
  }

  /** Predictions in the tiles of one version. */
  public long counted(ModelVersion version) {
    return counted(place -> place.of().equals(version));
  }

  private long counted(Predicate<Place> which) {
    return tiles.entrySet().stream()
        .filter(tile -> which.test(tile.getKey()))
        .filter(tile -> tile.getKey().segment().equals(DriftReading.ALL))
        .mapToLong(tile -> tile.getValue().predictions())
        .sum();
  }

  /** Tiles known. */
  public long tiles() {
    return tiles.size();
  }

  /**
   * Windows with predictions on which the last word has not been said: the newest reading does not
   * rest on all tiles that are known, those of the window and of the five before it, which it may
   * take in; or too few predictions were in these, and windows before it may still fill up.
   *
   * @param windowMillis length of the windows, by version; others are not looked at
   */
  public long unjudged(Map<ModelVersion, Long> windowMillis) {
    Map<Place, Long> sums = sums(windowMillis);
    long unjudged = 0;
    for (Place place : sums.keySet()) {
      long length = windowMillis.getOrDefault(place.of(), 0L);
      long events = 0;
      for (int i = 0; i < DriftWatch.MAX_WINDOWS; i++) {
        Place earlier = place.at(place.segment(), place.startMillis() - i * length);
        events += sums.getOrDefault(earlier, 0L);
      }
      unjudged += isLastWord(readings.get(place), events) ? 0 : 1;
    }
    return unjudged;
  }

  /** A reading has its events for revision, and one more when its windows are closed. */
  private static boolean isLastWord(@Nullable DriftReading reading, long events) {
    return reading != null
        && reading.status() != DriftReading.Status.INSUFFICIENT_DATA
        && reading.revision() >= events;
  }

  /** Predictions by window: of all, and of each segment. */
  private Map<Place, Long> sums(Map<ModelVersion, Long> windowMillis) {
    Map<Place, Long> sums = new HashMap<>();
    tiles.forEach(
        (minute, counted) -> {
          Long length = windowMillis.get(minute.of());
          if (length == null) {
            return;
          }
          long start = Math.floorDiv(minute.startMillis(), length) * length;
          sums.merge(minute.at(minute.segment(), start), counted.predictions(), Long::sum);
        });
    return sums;
  }
}
