package dev.runway.retraintrigger.stream;

import dev.runway.flink.RawEvent;
import java.util.ArrayList;
import java.util.List;

/** What models have said and belongs to ticks to come, in the order in which it was read. */
final class WaitingWords {
  /** Beside its content, so that many small ones are bounded as few large ones are. */
  private static final long BYTES_OF_A_WORD = 200;

  private List<RawEvent> words = new ArrayList<>();
  private long bytes;

  void add(RawEvent word) {
    words.add(word);
    bytes += bytesOf(word);
  }

  private static long bytesOf(RawEvent word) {
    byte[] value = word.value();
    return BYTES_OF_A_WORD + (value == null ? 0 : value.length);
  }

  int count() {
    return words.size();
  }

  /** Memory that they take, about. */
  long bytes() {
    return bytes;
  }

  List<RawEvent> all() {
    return words;
  }

  /** A time before which half of them were appended, or more; there must be one. */
  long middleMillis() {
    long[] appended = words.stream().mapToLong(RawEvent::kafkaTimestampMillis).sorted().toArray();
    return appended[appended.length / 2] + 1;
  }

  /** Takes out what was appended before a time. */
  List<RawEvent> takeBefore(long appendedMillis) {
    List<RawEvent> taken = new ArrayList<>();
    List<RawEvent> later = new ArrayList<>();
    for (RawEvent word : words) {
      (word.kafkaTimestampMillis() < appendedMillis ? taken : later).add(word);
    }
    words = later;
    taken.forEach(word -> bytes -= bytesOf(word));
    return taken;
  }
}
