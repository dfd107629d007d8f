package dev.runway.flink;

import dev.runway.model.ModelDocument;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.jspecify.annotations.Nullable;

/** The models topic as a directory: a document written before an event is seen by it. */
public final class KafkaModelDirectory implements ModelDirectory {
  private final ModelDocuments documents;
  private final CompactedTopic topic;

  KafkaModelDirectory(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Refused refused,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.documents = new ModelDocuments(refused, Objection.NONE);
    this.topic = new CompactedTopic(consumer, topic, documents::apply, clock, nanoTime);
  }

  private KafkaModelDirectory(
      KafkaAccess kafka, String topic, Refused refused, Objection objection) {
    this.documents = new ModelDocuments(refused, objection);
    this.topic = CompactedTopic.open(kafka, topic, documents::apply);
  }

  /**
   * A directory over a topic.
   *
   * @param topic full name of the models topic
   */
  public static Factory of(KafkaAccess kafka, String topic) {
    return of(kafka, topic, Objection.NONE);
  }

  /**
   * A directory over a topic.
   *
   * @param topic full name of the models topic
   * @param objection what this job objects to
   */
  public static Factory of(KafkaAccess kafka, String topic, Objection objection) {
    return new FromKafka(kafka, topic, objection);
  }

  private record FromKafka(KafkaAccess kafka, String topic, Objection objection)
      implements Factory {
    @Override
    public ModelDirectory open(Refused refused) {
      return new KafkaModelDirectory(kafka, topic, refused, objection);
    }
  }

  @Override
  public @Nullable ModelDocument find(String modelId, long asOfMillis) {
    topic.look(asOfMillis);
    ModelDocument document = documents.get(modelId);
    if (document == null && topic.catchUp(asOfMillis)) {
      document = documents.get(modelId);
    }
    return document;
  }

  @Override
  public double rateOfOpenPredictions(ModelDocument model, long asOfMillis) {
    return documents.rateOfOpenPredictions(model, asOfMillis);
  }

  @Override
  public void close() {
    topic.close();
  }
}
