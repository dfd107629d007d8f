package dev.runway.demo.loop;

import dev.runway.demo.train.FeatureRow;
import dev.runway.model.FeatureSink;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.Heartbeat;
import dev.runway.model.LabelStatus;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What groundtruth-join has joined so far of one model, and the features that were served with it:
 * both from their topics, from the first record to the last that is there now.
 */
final class JoinedTruth {
  private final String bootstrapServers;
  private final String namespace;
  private final String modelId;
  private final Map<String, GroundTruth> truths = new HashMap<>();
  private final Map<String, FeatureRow> features = new HashMap<>();

  private JoinedTruth(String bootstrapServers, String namespace, String modelId) {
    this.bootstrapServers = bootstrapServers;
    this.namespace = namespace;
    this.modelId = modelId;
  }

  /**
   * All labelled cases of a model, in order of their predictions.
   *
   * @param patience how long it may take
   */
  static List<LabelledRow> read(
      String bootstrapServers, String namespace, String modelId, Duration patience)
      throws IOException {
    JoinedTruth joined = new JoinedTruth(bootstrapServers, namespace, modelId);
    joined.read(patience);
    return joined.rows();
  }

  private void read(Duration patience) throws IOException {
    String truthTopic = Topic.GROUNDTRUTH.in(namespace);
    TopicReader.toTheEnd(
        bootstrapServers,
        List.of(truthTopic, Topic.PREDICTIONS.in(namespace)),
        patience,
        record -> take(record, record.topic().equals(truthTopic)));
  }

  private void take(ConsumerRecord<byte[], byte[]> record, boolean isTruth) throws IOException {
    try {
      if (isTruth) {
        take(GroundTruthCodec.read(record.value()));
      } else if (record.headers().lastHeader(Heartbeat.HEADER) == null) {
        FeatureRow row = new FeatureRow();
        var prediction = PredictionCodec.read(record.value(), sink(row));
        if (prediction.modelId().equals(modelId)) {
          features.putIfAbsent(prediction.predictionId(), row);
        }
      }
    } catch (MalformedEvent e) {
      throw new IOException(record.topic() + " offset " + record.offset() + ": " + e.detail(), e);
    }
  }

  private void take(GroundTruth truth) {
    if (truth.modelId().equals(modelId)) {
      truths.merge(
          truth.predictionId(), truth, (old, now) -> now.revision() > old.revision() ? now : old);
    }
  }

  private static FeatureSink sink(FeatureRow row) {
    return new FeatureSink() {
      @Override
      public void number(String name, double value) {
        row.number(name, value);
      }

      @Override
      public void category(String name, String value) {
        row.category(name, value);
      }

      @Override
      public void missing(String name) {
        row.number(name, Double.NaN);
      }
    };
  }

  private List<LabelledRow> rows() {
    return truths.values().stream()
        .filter(truth -> truth.status() == LabelStatus.LABELLED)
        .sorted(
            Comparator.comparingLong(GroundTruth::predictedAtMillis)
                .thenComparing(GroundTruth::predictionId))
        .flatMap(truth -> row(truth).stream())
        .toList();
  }

  private Optional<LabelledRow> row(GroundTruth truth) {
    String segment = truth.segment();
    return Optional.ofNullable(features.get(truth.predictionId()))
        .map(
            served ->
                new LabelledRow(
                    truth.predictedAtMillis(),
                    segment == null ? "" : segment,
                    served,
                    truth.actualValue() > 0.5));
  }
}
