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
  public KnownFeed open(
      Known known, Set<Topic> topics, long knownToMillis, ModelDirectory.Refused refused) {
    Feed feed = new Feed(known, topics, refused);
    feed.upTo(knownToMillis == KnownFeed.NOTHING ? lastMillis() + 1 : knownToMillis);
    known.complete();
    return feed;
  }

  private long lastMillis() {
    return all.stream().mapToLong(Written::atMillis).max().orElse(Long.MIN_VALUE);
  }

  private final class Feed implements KnownFeed {
    private final Known into;
    private final Set<Topic> topics;
    private final ModelDirectory.Refused refused;
    private int known;
    private int read;
    private long knownToMillis = Long.MIN_VALUE;

    Feed(Known known, Set<Topic> topics, ModelDirectory.Refused refused) {
      this.into = known;
      this.topics = topics;
      this.refused = refused;
    }

    @Override
    public void upTo(long appendedMillis) {
      readOn();
      while (known < read && all.get(known).atMillis() < appendedMillis) {
        apply(into, topics, refused, all.get(known++));
      }
      knownToMillis = Math.max(knownToMillis, appendedMillis);
    }

    @Override
    public long knownToMillis() {
      return knownToMillis;
    }

    @Override
    public void readOn() {
      read = all.size();
    }

    @Override
    public long readTo(Topic topic) {
      return all.stream().limit(read).filter(record -> record.topic() == topic).count();
    }

    @Override
    public int held() {
      return read - known;
    }

    @Override
    public void close() {}
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
