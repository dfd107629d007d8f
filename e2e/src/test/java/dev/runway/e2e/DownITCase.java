package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.demo.stage.LoopStage;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import dev.runway.model.Topic;
import dev.runway.stack.StackClient;
import dev.runway.stack.StackState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code runway down} and {@code runway up} again. */
@Order(5)
@ExtendWith(WithStack.class)
@ResourceLock(WithStack.PEACE)
class DownITCase {
  private static final String MODEL = "e2e-down";
  private static final String ID = "asked-before-down";
  private static final List<String> JOBS =
      List.of("groundtruth-join", "drift-monitor", "retrain-trigger", "result-tables");
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  @Test
  void outcomeAfterDownAndUp_meetsItsPredictionFromBefore(TestStack stack) throws Exception {
    long now = System.currentTimeMillis();
    String servers = stack.client().bootstrapServers();
    send(servers, Topic.MODELS, MODEL, ModelDocumentCodec.write(model()));
    send(servers, Topic.PREDICTIONS, ID, PredictionCodec.write(prediction(now)));
    await("the prediction is counted").atMost(PATIENCE).until(() -> received(servers) == 1);
    Map<String, String> before = jobIds(stack.client());
    LeftPage page = leavePage(stack);
    String pid = "process " + page.pid() + ",";

    stack.down();
    assertThat(stack.left()).as("processes after runway down").isEmpty();
    page.requireGone();
    assertThat(StackState.read(stack.folder()).orElseThrow().notes())
        .as("what ended though nobody knew of it")
        .noneMatch(note -> note.contains(pid));
    stack.up();

    Map<String, String> after = jobIds(stack.client());
    assertThat(after.values()).doesNotContainAnyElementsOf(before.values());
    String serversNow = stack.client().bootstrapServers();
    // From here on the prediction is in the job's state or nowhere.
    deleteRecords(serversNow, Topic.PREDICTIONS.in(Topic.LIVE));
    send(serversNow, Topic.OUTCOMES, ID, OutcomeCodec.write(outcome(now + 1)));

    await("the outcome meets its prediction")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(newestTruth(serversNow)).isNotNull());
    GroundTruth truth = newestTruth(serversNow);
    assertThat(truth.status()).isEqualTo(LabelStatus.LABELLED);
    assertThat(truth.actualValue()).isEqualTo(1);
    assertThat(truth.predictedAtMillis()).isEqualTo(now);
    assertThat(truth.delayMillis()).isEqualTo(1);

    stack.down();
    assertThat(stack.left()).as("processes after runway down").isEmpty();
  }

  /** One as a demo leaves it, of a namespace in which nothing was played. */
  private static LeftPage leavePage(TestStack stack) throws Exception {
    LoopStage stage = stack.stage();
    stage.makeTables("runway_loop");
    stage.leavePage("runway-loop", "runway_loop");
    LeftPage page = LeftPage.of(stack, "runway-loop");
    page.require();
    return page;
  }

  private static Map<String, String> jobIds(StackClient client) {
    Map<String, String> ids = new HashMap<>();
    for (String job : JOBS) {
      ids.put(job, client.jobId(job).orElseThrow());
    }
    return ids;
  }

  private static ModelDocument model() {
    return new ModelDocument(
        MODEL,
        1,
        3,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(1),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static Prediction prediction(long at) {
    return new Prediction(
        ID, MODEL, "v1", at, 0.75, null, Double.NaN, null, null, null, null, null, Double.NaN, 1);
  }

  private static Outcome outcome(long at) {
    return new Outcome(ID, MODEL, at, "true", Double.NaN, null, 1, Outcome.RETRACTS_NOTHING);
  }

  private static void send(String servers, Topic topic, String key, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] id = key.getBytes(StandardCharsets.US_ASCII);
      producer.send(new ProducerRecord<>(topic.in(Topic.LIVE), id, value)).get();
    }
  }

  /** Predictions of the model that the newest reading of all counts. */
  private static long received(String servers) throws Exception {
    long received = 0;
    for (byte[] value : TopicDump.values(servers, Topic.PERFORMANCE.in(Topic.LIVE))) {
      PerformanceReading reading = PerformanceReadingCodec.read(value);
      if (reading.modelId().equals(MODEL)) {
        received = Math.max(received, reading.coverage().received());
      }
    }
    return received;
  }

  private static GroundTruth newestTruth(String servers) throws Exception {
    GroundTruth newest = null;
    for (byte[] value : TopicDump.values(servers, Topic.GROUNDTRUTH.in(Topic.LIVE))) {
      GroundTruth truth = GroundTruthCodec.read(value);
      boolean ours = truth.modelId().equals(MODEL) && truth.predictionId().equals(ID);
      if (ours && (newest == null || truth.revision() > newest.revision())) {
        newest = truth;
      }
    }
    return newest;
  }

  private static void deleteRecords(String servers, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      int partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
      for (int i = 0; i < partitions; i++) {
        // -1 is the end.
        all.put(new TopicPartition(topic, i), RecordsToDelete.beforeOffset(-1));
      }
      admin.deleteRecords(all).all().get();
    }
  }
}
