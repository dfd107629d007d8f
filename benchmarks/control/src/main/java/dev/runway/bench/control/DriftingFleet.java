package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Models of tier 1, and what drift-monitor would say of them. Some have a policy by which one
 * window that has drifted is enough, without a person.
 */
final class DriftingFleet implements AutoCloseable {
  static final String VERSION = "1";

  private static final String TEAM = "bench";
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();

  /** How long after its end retrain-trigger judges a window. */
  private static final long JUDGED = Duration.ofMinutes(4).toMillis();

  private final KafkaProducer<byte[], byte[]> producer;

  DriftingFleet(Broker broker) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Registers models, named with a prefix and a number, with a version that is live. */
  static void register(Database database, String prefix, int count) throws SQLException {
    database.execute(
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, description, tags,
            strict_versions, judging, message)
        SELECT '%1$s' || n, 1, 'ACTIVE', 'ada', '%2$s', 1, 'May drift', ARRAY['bench'], false,
               '{"task": "BINARY", "horizon": "P1D"}',
               convert_to(format('{"model_id":"%%s","revision":1,"tier":1,"owner":"ada",'
                                 '"team":"%2$s","task":"BINARY","horizon":"P1D"}', '%1$s' || n),
                          'UTF8')
        FROM generate_series(0, %3$d) AS n
        """
            .formatted(prefix, TEAM, count - 1),
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics,
            hyperparameters, features, created_by)
        SELECT '%1$s' || n, '%2$s', 1, 'LIVE', '{}', '{}', '{}', 'bench'
        FROM generate_series(0, %3$d) AS n
        """
            .formatted(prefix, VERSION, count - 1),
        """
        INSERT INTO runway.graph_nodes (node_id, kind, name, model_id, source)
        SELECT 'model:%1$s' || n, 'MODEL', '%1$s' || n, '%1$s' || n, 'registry'
        FROM generate_series(0, %2$d) AS n
        """
            .formatted(prefix, count - 1));
  }

  /** Has models retrained, without a person, by the first window that has drifted. */
  static void retrain(Api api, List<String> models) throws IOException, InterruptedException {
    api.send(
        "POST",
        "/v1/policies",
        """
        {"apiVersion": "runway/v1", "kind": "RetrainPolicy",
         "metadata": {"name": "bench-drift", "team": "%s"},
         "spec": {"models": [%s], "when": "signal.data_drift >= 0.5",
                  "action": {"retrain": {"mode": "auto"}}}}
        """
            .formatted(
                TEAM,
                models.stream().map(each -> '"' + each + '"').collect(Collectors.joining(", "))));
  }

  /** End of the newest window that is judged at a time, or has been. */
  static long newestJudged(long nowMillis) {
    return Math.floorDiv(nowMillis - JUDGED, WINDOW) * WINDOW;
  }

  /**
   * Says of models that nothing of the window before the newest one has drifted, and waits until
   * all of it is on the topic.
   */
  void sayQuiet(List<String> models, long nowMillis) throws Exception {
    long end = newestJudged(nowMillis) - WINDOW;
    List<Future<RecordMetadata>> sent =
        models.stream().map(model -> send(model, reading(model, end, false))).toList();
    for (Future<RecordMetadata> each : sent) {
      each.get(1, TimeUnit.MINUTES);
    }
  }

  /**
   * Says of a model that it has drifted in the newest window.
   *
   * @return when that was appended, epoch milliseconds
   */
  long sayDrifted(String model, long nowMillis) throws Exception {
    return send(model, reading(model, newestJudged(nowMillis), true))
        .get(1, TimeUnit.MINUTES)
        .timestamp();
  }

  private Future<RecordMetadata> send(String model, byte[] reading) {
    return producer.send(
        new ProducerRecord<>(
            Topic.DRIFT.in(Api.NAMESPACE), model.getBytes(StandardCharsets.UTF_8), reading));
  }

  /** A window's reading of five features, of which one may have drifted. */
  static byte[] reading(String model, long endMillis, boolean drifted) {
    List<DriftReading.Feature> features =
        List.of(
            feature("price", drifted),
            feature("age", false),
            feature("length", false),
            feature("hour", false),
            feature("$score", false));
    return DriftReadingCodec.write(
        new DriftReading(
            model,
            VERSION,
            DriftReading.ALL,
            "b-1",
            false,
            endMillis - WINDOW,
            endMillis,
            endMillis - WINDOW,
            1,
            DriftReading.Status.EVALUATED,
            10_000,
            features.size(),
            features.size(),
            drifted ? 1 : 0,
            drifted ? 1.0 : 0.0,
            features));
  }

  private static DriftReading.Feature feature(String name, boolean drifted) {
    double psi = drifted ? 0.4 : 0.01;
    return new DriftReading.Feature(
        name,
        DriftReading.FeatureKind.NUMERIC,
        drifted,
        drifted ? 1.0 : 0.0,
        List.of(signal("psi", psi, drifted), signal("psi_debiased", psi, drifted)));
  }

  private static DriftReading.Signal signal(String metric, double value, boolean flagged) {
    return new DriftReading.Signal(
        metric,
        value,
        value * 0.9,
        value * 1.1,
        value * 0.05,
        10_000,
        "EXACT_HISTOGRAM",
        0.25,
        null,
        null,
        flagged);
  }

  @Override
  public void close() {
    producer.close();
  }
}
