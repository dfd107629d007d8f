package dev.runway.embedding.space;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The documents read so far. A document replaces one with a lower revision, or with the same one if
 * it asks for the same versions and sample; a tombstone removes the space. One that is malformed or
 * has a lower revision changes nothing and is refused aloud: compaction would keep it, and a
 * restart read only that one.
 */
final class SpaceDocuments {
  /** Spaces held: with 500 consumers each 40 KB a document, so 400 MB at the very most. */
  static final int MAX_SPACES = 10_000;

  private final Map<String, EmbeddingSpace> byId = new HashMap<>();

  /** Spaces whose last document was refused while none was in force. */
  private final Set<String> unreadable = new HashSet<>();

  private final ModelDirectory.Refused refused;

  SpaceDocuments(ModelDirectory.Refused refused) {
    this.refused = refused;
  }

  @Nullable EmbeddingSpace get(String spaceId) {
    return byId.get(spaceId);
  }

  /** Of more spaces than are held nobody remembers which ones had a document. */
  boolean isUnreadable(String spaceId) {
    return unreadable.contains(spaceId)
        || (unreadable.size() >= MAX_SPACES && !byId.containsKey(spaceId));
  }

  void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      String key = keyOf(record);
      if (record.value() == null) {
        byId.remove(key);
        unreadable.remove(key);
      } else {
        admit(key, record.value());
      }
    } catch (MalformedEvent cause) {
      refused.take(
          DeadLetter.of(
              record.topic(),
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.value(),
              cause));
    }
  }

  private void admit(String key, byte[] value) throws MalformedEvent {
    try {
      put(key, EmbeddingSpaceCodec.read(value));
      unreadable.remove(key);
    } catch (MalformedEvent cause) {
      if (!byId.containsKey(key) && unreadable.size() < MAX_SPACES) {
        unreadable.add(key);
      }
      throw cause;
    }
  }

  private void put(String key, EmbeddingSpace space) throws MalformedEvent {
    if (!key.equals(space.spaceId())) {
      throw new MalformedEvent(
          Reason.KEY_MISMATCH, "space_id", space.spaceId() + " came under another key");
    }
    EmbeddingSpace held = byId.get(key);
    if (held == null && byId.size() >= MAX_SPACES) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT, "space_id", "more than " + MAX_SPACES + " spaces; retire some");
    }
    if (held != null && space.revision() < held.revision()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "revision",
          "%d came after %d of the same space: write the document again with a higher revision"
              .formatted(space.revision(), held.revision()));
    }
    if (held != null && space.revision() == held.revision() && !isAskedAlike(space, held)) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "revision",
          "other versions, baseline or sample in revision %d: write them with a higher one"
              .formatted(space.revision()));
    }
    byId.put(key, space);
  }

  /** Results are put in order by how much was known, which may only rise within a revision. */
  private static boolean isAskedAlike(EmbeddingSpace space, EmbeddingSpace held) {
    return space.versions().equals(held.versions())
        && Objects.equals(space.baseline(), held.baseline())
        && space.sampleRate() == held.sampleRate()
        && space.sampleSize() == held.sampleSize()
        && space.leastPairs() == held.leastPairs();
  }

  private static String keyOf(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    byte[] key = record.key();
    if (key == null) {
      throw new MalformedEvent(Reason.KEY_MISMATCH, "space_id", "the record has no key");
    }
    return new String(key, StandardCharsets.UTF_8);
  }
}
