package dev.runway.retraintrigger;

import static dev.runway.retraintrigger.Scene.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.BaselineCodec;
import dev.runway.model.Control;
import dev.runway.model.ControlCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hours of a model that becomes stale, and of one whose switch is off, on a real broker. Records
 * have the times that the test gives them, so an hour takes a second.
 */
class RetrainTriggerJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final String NAMESPACE = "runway-trigger";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String STOPPED = "stopped";

  @TempDir Path folder;

  private final Producer<byte[], byte[]> producer = BROKER.producer();
  private long played = Scene.START;

  @BeforeEach
  void createTopics() {
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      Map<String, String> settings = new HashMap<>(topic.settings());
      settings.put("message.timestamp.type", "CreateTime");
      settings.put("retention.ms", "-1");
      topics.add(
          new NewTopic(topic.in(NAMESPACE), topic.partitions(), (short) 1).configs(settings));
    }
    BROKER.createTopics(topics);
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void staleModel_getsOneCommand_whoeverDecides() throws Exception {
    register(Scene.MODEL);
    register(STOPPED);
    Control stop =
        new Control(
            STOPPED,
            Control.Action.KILL_SWITCH_ON,
            1,
            "someone",
            Scene.START,
            Control.NEVER,
            null,
            null,
            null,
            null,
            null,
            null);
    send(Topic.CONTROLS, stop.key(), ControlCodec.write(stop), Scene.START);
    send(Topic.DRIFT, utf8("nobody"), drift("nobody", Scene.START), Scene.START + 1);
    send(Topic.DRIFT, utf8(Scene.MODEL), utf8("{}"), Scene.START + 2);
    play(30);
    JobClient first = submit(null);
    await().atMost(PATIENCE).until(() -> judgedTo(Scene.MODEL), end -> end >= judged(30));
    String savepoint =
        first
            .stopWithSavepoint(
                false,
                folder.resolve("savepoints").toUri().toString(),
                SavepointFormatType.CANONICAL)
            .get();

    play(240);
    JobClient restored = submit(savepoint);
    JobClient copy = submit(null);
    try {
      for (String model : List.of(Scene.MODEL, STOPPED)) {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .until(() -> timesJudged(model, judged(240)), times -> times == 2);
      }

      assertThat(commands()).hasSize(1);
      assertThat(commands().values()).containsExactly(Scene.MODEL);
      for (String model : List.of(Scene.MODEL, STOPPED)) {
        // By tick: the window that makes it stale is looked at again three minutes later.
        Map<Long, Set<String>> byTick = new TreeMap<>();
        for (Decision decision : decisions(model)) {
          byTick
              .computeIfAbsent(decision.atMillis(), at -> new TreeSet<>())
              .add(decision.id().toString());
        }
        assertThat(byTick).hasSizeGreaterThanOrEqualTo(11);
        assertThat(byTick.values()).allMatch(ids -> ids.size() == 1);
      }
      assertThat(decisions(STOPPED)).anyMatch(decision -> decision.hold() == Hold.KILL_SWITCH);
      assertThat(dead()).contains(Reason.UNKNOWN_MODEL, Reason.MISSING_FIELD);
    } finally {
      restored.cancel().get();
      copy.cancel().get();
    }
  }

  /** End of the newest window that is judged when so many minutes were played. */
  private static long judged(int minutes) {
    return Scene.START + (minutes - 3) / 20 * (20 * MINUTE);
  }

  private void register(String model) {
    send(
        Topic.MODELS,
        utf8(model),
        renamed(ModelDocumentCodec.write(Scene.document(2)), model),
        Scene.START);
    send(
        Topic.BASELINES,
        utf8(model + "|v1|b-1"),
        renamed(BaselineCodec.write(Scene.baseline("v1")), model),
        Scene.START);
  }

  private static byte[] drift(String model, long end) {
    return renamed(DriftReadingCodec.write(SomeReadings.drift("v1", end, 1)), model);
  }

  private static byte[] renamed(byte[] json, String model) {
    return utf8(
        new String(json, StandardCharsets.UTF_8)
            .replace("\"" + Scene.MODEL + "\"", "\"" + model + "\""));
  }

  /** Plays on to so many minutes: a tick in each, and readings of windows of ten. */
  private void play(int minutes) {
    while (played < Scene.START + minutes * MINUTE) {
      played += MINUTE;
      send(Topic.TICKS, Tick.key(), TickCodec.write(new Tick(played)), played + 400);
      if (played % (10 * MINUTE) == 0) {
        for (String model : List.of(Scene.MODEL, STOPPED)) {
          send(Topic.DRIFT, utf8(model), drift(model, played), played + 1_000);
        }
      }
    }
    producer.flush();
  }

  private void send(Topic topic, byte[] key, byte[] value, long at) {
    var unused = producer.send(new ProducerRecord<>(topic.in(NAMESPACE), null, at, key, value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, String> commands() throws MalformedEvent {
    Map<String, String> commands = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.RETRAINS.in(NAMESPACE))) {
      var command = RetrainCommandCodec.read(record.value());
      commands.put(command.commandId().toString(), command.cause().modelId());
    }
    return commands;
  }

  private List<Decision> decisions(String model) throws MalformedEvent {
    List<Decision> decisions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DECISIONS.in(NAMESPACE))) {
      Decision decision = DecisionCodec.read(record.value());
      if (decision.modelId().equals(model)) {
        decisions.add(decision);
      }
    }
    return decisions;
  }

  private long timesJudged(String model, long windowEnd) throws MalformedEvent {
    return decisions(model).stream()
        .filter(decision -> decision.windowEndMillis() == windowEnd)
        .count();
  }

  private long judgedTo(String model) throws MalformedEvent {
    return decisions(model).stream().mapToLong(Decision::windowEndMillis).max().orElse(0);
  }

  private Set<Reason> dead() throws MalformedEvent {
    Set<Reason> reasons = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(Topic.DEAD_LETTERS.in(NAMESPACE))) {
      DeadLetter letter = DeadLetterCodec.read(record.value());
      reasons.add(letter.reason());
    }
    return reasons;
  }

  private static JobClient submit(@Nullable String savepoint) throws Exception {
    Options options =
        RetrainTriggerOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers", BROKER.bootstrapServers(),
              "--runway.namespace", NAMESPACE,
              "--runway.trigger.ticks", "read",
              "--runway.events.earliest", "1980-01-01T00:00:00Z",
              "--runway.events.idle-after", "PT5S",
              "--runway.checkpoint.interval", "PT1S",
              // Two copies of the job share the four slots.
              "--runway.parallelism", "2"
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    if (savepoint != null) {
      Configuration restored = new Configuration();
      restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      env.configure(restored);
    }
    RetrainTriggerJob.define(env, options);
    return env.executeAsync("retrain-trigger-test");
  }
}
