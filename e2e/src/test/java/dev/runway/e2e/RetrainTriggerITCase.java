package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The retrain-trigger that {@code runway up} starts, by its own clock: a registered model, a policy
 * and the readings of drift that drift-monitor would write meanwhile are all it is told.
 */
@Order(1)
@ExtendWith(WithStack.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class RetrainTriggerITCase {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** A tick and the one behind it, three minutes for the fleet, and as long for a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(12);

  private static final String MODEL = "e2e-trigger";
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();

  /** drift-monitor's: it says so long after its end how a window was. */
  private static final Duration OUT_OF_ORDERNESS = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void modelThatDrifts_getsOneCommandFromTheLedger_andWhyMakesItAgain(TestStack stack)
      throws Exception {
    Path policy = folder.resolve("policy.yaml");
    Files.writeString(
        policy,
        """
        apiVersion: runway/v1
        kind: RetrainPolicy
        metadata: {name: e2e-drifts, team: ranking}
        spec:
          models: [%s]
          when: signal.psi_max > 0.2
          action: {retrain: {mode: auto}}
        """
            .formatted(MODEL));
    Runway runway = stack.runway();
    runway.runWell(
        LIMIT,
        "models",
        "create",
        MODEL,
        "--owner",
        "ada",
        "--team",
        "ranking",
        "--tier",
        "1",
        "--task",
        "BINARY",
        "--horizon",
        "P7D");
    runway.runWell(LIMIT, "versions", "create", MODEL, "1", "--feature", "age");
    runway.runWell(LIMIT, "policies", "create", "-f", policy.toString());

    long[] sentTo = {newestEnd() - WINDOW};
    await("the ledger has a command of the trigger")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(5))
        .until(
            () -> {
              // Of each window that ends meanwhile: whenever this begins, one of them counts.
              for (; sentTo[0] < newestEnd(); sentTo[0] += WINDOW) {
                send(stack.client().bootstrapServers(), reading(sentTo[0] + WINDOW));
              }
              return !retrains(runway).isEmpty();
            });
    assertThat(retrains(runway)).hasSize(1);
    JsonNode command = retrains(runway).get(0);
    assertThat(command.path("model_version").asText()).isEqualTo("1");
    assertThat(command.path("action").asText()).isEqualTo("RETRAIN");
    assertThat(command.path("state").asText()).isNotEqualTo("REFUSED");
    String decision = awaitDecision(runway, command.path("command_id").asText());

    Runway.Said why = runway.run(LIMIT, "why", decision);
    assertThat(why.exitCode()).as(why.output()).isZero();
    assertThat(why.out()).contains(MODEL, "RETRAIN", "e2e-drifts", "to the last bit");
  }

  /** The decision comes to its table on another way than the command to the ledger. */
  private static String awaitDecision(Runway runway, String command) {
    return await("the decision is in its table")
        .atMost(LIMIT)
        .until(
            () -> {
              JsonNode health = said(runway, "health", MODEL);
              for (JsonNode decision : health.path("decisions")) {
                if (decision.path("command_id").asText().equals(command)) {
                  return decision.path("decision_id").asText();
                }
              }
              return "";
            },
            id -> !id.isEmpty());
  }

  private static JsonNode retrains(Runway runway) throws Exception {
    return said(runway, "retrains", "list", "--model", MODEL).path("items");
  }

  private static JsonNode said(Runway runway, String... verb) throws Exception {
    String[] asJson = Arrays.copyOf(verb, verb.length + 1);
    asJson[verb.length] = "--json";
    return new ObjectMapper().readTree(runway.run(LIMIT, asJson).out());
  }

  /** End of the newest window of which drift-monitor would have said how it was. */
  private static long newestEnd() {
    long reached = System.currentTimeMillis() - OUT_OF_ORDERNESS.toMillis();
    return Math.floorDiv(reached, WINDOW) * WINDOW;
  }

  private static DriftReading reading(long end) {
    Signal psi =
        new Signal(
            "psi_debiased", 0.6, null, null, null, 2_000, "EXACT_HISTOGRAM", 0.2, null, null, true);
    return new DriftReading(
        MODEL,
        "1",
        DriftReading.ALL,
        "b-1",
        false,
        end - WINDOW,
        end,
        end - WINDOW,
        1,
        Status.EVALUATED,
        2_000,
        1,
        1,
        1,
        1.0,
        List.of(new Feature("age", FeatureKind.NUMERIC, true, 1.0, List.of(psi))));
  }

  private static void send(String servers, DriftReading reading) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] key = MODEL.getBytes(StandardCharsets.US_ASCII);
      String topic = Topic.DRIFT.in(Topic.LIVE);
      producer.send(new ProducerRecord<>(topic, key, DriftReadingCodec.write(reading))).get();
    }
  }
}
