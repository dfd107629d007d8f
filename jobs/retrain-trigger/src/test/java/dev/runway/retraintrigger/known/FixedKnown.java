package dev.runway.retraintrigger.known;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Records of compacted topics that a test has written; read as the real feed reads its own. */
public final class FixedKnown implements KnownFeed.Factory {
  private record Written(Topic topic, byte[] key, byte[] value, long atMillis)
      implements Serializable {}

  private final List<Written> all = new ArrayList<>();

  /** Writes a record at a time. */
  public void write(Topic topic, byte[] key, byte[] value, long atMillis) {
    all.add(new Written(topic, key, value, atMillis));
  }

  @Override
  public KnownFeed open(Known known, Set<Topic> topics, ModelDirectory.Refused refused) {
    int[] read = {0};
    while (read[0] < all.size()) {
      apply(known, topics, refused, all.get(read[0]++));
    }
    known.complete();
    return new KnownFeed() {
      @Override
      public void upTo(long appendedMillis) {
        while (read[0] < all.size() && all.get(read[0]).atMillis() < appendedMillis) {
          apply(known, topics, refused, all.get(read[0]++));
        }
      }

      @Override
      public void close() {}
    };
  }

  private static void apply(
      Known known, Set<Topic> topics, ModelDirectory.Refused refused, Written record) {
    if (!topics.contains(record.topic())) {
      return;
    }
    try {
      known.apply(record.topic(), record.key(), record.value());
    } catch (MalformedEvent cause) {
      refused.take(
          DeadLetter.of(record.topic().name(), 0, 0, record.atMillis(), record.value(), cause));
    }
  }
}
