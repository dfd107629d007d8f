package dev.runway.embedding.space;

import dev.runway.flink.CompactedTopic;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Version;
import org.jspecify.annotations.Nullable;

/** The spaces topic as a directory. */
public final class KafkaSpaceDirectory implements SpaceDirectory {
  private final SpaceDocuments documents;
  private final CompactedTopic topic;

  private KafkaSpaceDirectory(KafkaAccess kafka, String topic, ModelDirectory.Refused refused) {
    this.documents = new SpaceDocuments(refused);
    this.topic = CompactedTopic.open(kafka, topic, documents::apply);
  }

  /**
   * A directory over a topic.
   *
   * @param topic full name of the spaces topic
   */
  public static Factory of(KafkaAccess kafka, String topic) {
    return new FromKafka(kafka, topic);
  }

  private record FromKafka(KafkaAccess kafka, String topic) implements Factory {
    @Override
    public SpaceDirectory open(ModelDirectory.Refused refused) {
      return new KafkaSpaceDirectory(kafka, topic, refused);
    }
  }

  @Override
  public @Nullable EmbeddingSpace find(String spaceId) {
    topic.look(Long.MIN_VALUE);
    return documents.get(spaceId);
  }

  @Override
  public @Nullable EmbeddingSpace find(String spaceId, Version version, long asOfMillis) {
    topic.look(asOfMillis);
    EmbeddingSpace space = documents.get(spaceId);
    if ((space == null || !SpaceDirectory.lists(space, version)) && topic.catchUp(asOfMillis)) {
      space = documents.get(spaceId);
    }
    return space;
  }

  @Override
  public boolean isUnreadable(String spaceId) {
    return documents.isUnreadable(spaceId);
  }

  @Override
  public void close() {
    topic.close();
  }
}
