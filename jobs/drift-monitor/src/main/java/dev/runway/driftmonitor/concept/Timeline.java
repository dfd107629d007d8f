package dev.runway.driftmonitor.concept;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * When the n-th of many events was, to the minute for the latest and coarser for older ones.
 * Bounded: beyond {@link #MAX_MARKS} every second mark of the older half is left out.
 */
final class Timeline {
  static final int MAX_MARKS = 512;
  private static final long MINUTE_MILLIS = 60_000;

  /** Number of the event, and the start of its minute. */
  private final TreeMap<Long, Long> marks = new TreeMap<>();

  void note(long number, long atMillis) {
    long minute = Math.floorDiv(atMillis, MINUTE_MILLIS) * MINUTE_MILLIS;
    if (!marks.isEmpty() && marks.lastEntry().getValue() >= minute) {
      return;
    }
    marks.put(number, minute);
    if (marks.size() > MAX_MARKS) {
      thin();
    }
  }

  private void thin() {
    int[] position = {0};
    int half = marks.size() / 2;
    // The first one stays: it says when all of it began.
    marks.keySet().removeIf(number -> position[0]++ < half && position[0] % 2 == 0);
  }

  /** Time of an event, or of one before it; the first one's for what is older still. */
  long timeOf(long number) {
    Map.Entry<Long, Long> mark = marks.floorEntry(number);
    return mark != null ? mark.getValue() : marks.firstEntry().getValue();
  }

  void write(DataOutput out) throws IOException {
    Varints.writeUnsigned(out, marks.size());
    for (Map.Entry<Long, Long> mark : marks.entrySet()) {
      Varints.writeUnsigned(out, mark.getKey());
      out.writeLong(mark.getValue());
    }
  }

  static Timeline read(DataInput in) throws IOException {
    Timeline timeline = new Timeline();
    int size = Varints.readIndex(in, MAX_MARKS, "marks");
    for (int i = 0; i < size; i++) {
      long number = Varints.readUnsigned(in);
      timeline.marks.put(number, in.readLong());
    }
    return timeline;
  }
}
