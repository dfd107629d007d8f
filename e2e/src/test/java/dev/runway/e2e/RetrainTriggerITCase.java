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
import dev.runway.stack.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ConditionTimeoutException;
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
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Three windows: a busy machine may miss one, and the next is ten minutes away. */
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  private static final String MODEL = "e2e-trigger";
  private static final String POLICY = "e2e-drifts";
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();

  /** drift-monitor's: it says so long after its end how a window was. */
  private static final Duration OUT_OF_ORDERNESS = Duration.ofMinutes(3);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

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
        metadata: {name: %s, team: ranking}
        spec:
          models: [%s]
          when: signal.psi_max > 0.2
          action: {retrain: {mode: auto}}
        """
            .formatted(POLICY, MODEL));
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

    String servers = stack.client().bootstrapServers();
    // A window that is judged without the policy is not judged again, and a reading of a model that
    // is not known is a dead letter: both must be on their topics first.
    awaitTold(servers, Topic.MODELS, MODEL);
    awaitTold(servers, Topic.POLICIES, POLICY);
    JsonNode retrains = awaitRetrains(stack);
    assertThat(retrains).hasSize(1);
    JsonNode command = retrains.get(0);
    assertThat(command.path("model_version").asText()).isEqualTo("1");
    assertThat(command.path("action").asText()).isEqualTo("RETRAIN");
    assertThat(command.path("state").asText()).isNotEqualTo("REFUSED");
    String decision = awaitDecision(runway, command.path("command_id").asText());
    assertThat(command.path("request_id").asText())
        .as("what the job said in a header leads on from here")
        .isEqualTo(decision);

    Runway.Said why = runway.run(LIMIT, "why", decision);
    assertThat(why.exitCode()).as(why.output()).isZero();
    assertThat(why.out()).contains(MODEL, "RETRAIN", "e2e-drifts", "to the last bit");
  }

  private static void awaitTold(String servers, Topic topic, String name) {
    await(name + " is on " + topic)
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> !telling(servers, topic, name).isEmpty());
  }

  private static JsonNode awaitRetrains(TestStack stack) throws Exception {
    String servers = stack.client().bootstrapServers();
    long[] sentTo = {newestEnd() - WINDOW};
    String[] said = {"nothing yet"};
    try {
      return await("the ledger has a command of the trigger")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(10))
          .ignoreExceptions()
          .until(
              () -> {
                // Of each window that ends meanwhile: whenever this begins, one of them counts.
                for (; sentTo[0] < newestEnd(); sentTo[0] += WINDOW) {
                  send(servers, reading(sentTo[0] + WINDOW));
                }
                return retrains(stack, said);
              },
              items -> !items.isEmpty());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + seen(servers, said[0]), e);
    }
  }

  /** What the API answers; none while it answers anything but 200. */
  private static JsonNode retrains(TestStack stack, String[] said) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + stack.client().ports().of(Ports.CONTROL)
                        + "/v1/retrains?model="
                        + MODEL))
            .timeout(LIMIT)
            .header(
                "Authorization",
                "Bearer " + Files.readString(stack.folder().controlToken()).strip())
            .build();
    HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    said[0] = answer.statusCode() + " " + answer.body();
    if (answer.statusCode() != 200) {
      return JSON.createArrayNode();
    }
    JsonNode items = JSON.readTree(answer.body()).path("items");
    assertThat(items.isArray()).as(said[0]).isTrue();
    return items;
  }

  /** For whoever waited in vain: how far the trigger came. */
  private static String seen(String servers, String said) {
    StringBuilder seen = new StringBuilder("the API said last: ").append(said);
    for (Topic topic : List.of(Topic.STALENESS, Topic.DECISIONS, Topic.TICKS, Topic.DEAD_LETTERS)) {
      seen.append('\n').append(topic).append(": ");
      try {
        List<String> all = telling(servers, topic, topic == Topic.TICKS ? "" : MODEL);
        seen.append(all.subList(Math.max(0, all.size() - 3), all.size()));
      } catch (RuntimeException e) {
        seen.append(e);
      }
    }
    return seen.toString();
  }

  private static List<String> telling(String servers, Topic topic, String name) {
    return TopicDump.values(servers, topic.in(Topic.LIVE)).stream()
        .filter(Objects::nonNull)
        .map(value -> new String(value, StandardCharsets.UTF_8))
        .filter(text -> text.contains(name))
        .toList();
  }

  /** The decision comes to its table on another way than the command to the ledger. */
  private static String awaitDecision(Runway runway, String command) {
    return await("the decision is in its table")
        .atMost(LIMIT)
        .ignoreExceptions()
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

  private static JsonNode said(Runway runway, String... verb) throws Exception {
    String[] asJson = Arrays.copyOf(verb, verb.length + 1);
    asJson[verb.length] = "--json";
    return JSON.readTree(runway.run(LIMIT, asJson).out());
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
