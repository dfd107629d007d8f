package dev.runway.retraintrigger;

import static dev.runway.retraintrigger.Scene.MINUTE;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.Decision;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.ModelState;
import dev.runway.model.Reason;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommandCodec;
import dev.runway.model.Staleness;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Tick;
import dev.runway.model.TickCodec;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Topics of one namespace on a real broker, what is played on them, and what the job makes of it.
 * Records have the times that the test gives them, so an hour takes a second.
 */
final class JobStage implements AutoCloseable {
  /** How long after its minute a tick is appended. */
  static final long TICK_LATER = 400;

  private final KafkaBroker broker;
  private final String namespace;
  private final Producer<byte[], byte[]> producer;

  JobStage(KafkaBroker broker, String namespace) {
    this.broker = broker;
    this.namespace = namespace;
    this.producer = broker.producer();
    List<NewTopic> topics = new ArrayList<>();
    for (Topic topic : Topic.values()) {
      Map<String, String> settings = new HashMap<>(topic.settings());
      settings.put("message.timestamp.type", "CreateTime");
      settings.put("retention.ms", "-1");
      topics.add(
          new NewTopic(topic.in(namespace), topic.partitions(), (short) 1).configs(settings));
    }
    broker.createTopics(topics);
  }

  /** Registers a model with a baseline of its version. */
  void register(String model, int tier) {
    register(model, tier, Scene.START);
  }

  /** The same at a time. */
  void register(String model, int tier, long at) {
    send(
        Topic.MODELS,
        utf8(model),
        renamed(ModelDocumentCodec.write(Scene.document(tier)), model),
        at);
    send(
        Topic.BASELINES,
        utf8(model + "|v1|b-1"),
        renamed(BaselineCodec.write(Scene.baseline("v1")), model),
        at);
  }

  /**
   * What a run has said of a model with a tick, and what the fleet hears: what this run says has
   * the time of now, and so is heard after all of the ticks that are played.
   */
  void said(String model, long at) {
    Staleness state =
        new Staleness(
            model,
            "v1",
            ModelState.STALE,
            ModelState.STALE,
            Scene.START,
            "heard",
            0.8,
            1,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            0,
            Scene.START,
            at,
            2,
            null,
            at,
            false);
    send(Topic.STALENESS, utf8(model), StalenessCodec.write(state), at + 40_000);
  }

  void tick(long at) {
    send(Topic.TICKS, Tick.key(), TickCodec.write(new Tick(at)), at + TICK_LATER);
  }

  static byte[] drift(String model, long end, double severity) {
    return renamed(DriftReadingCodec.write(SomeReadings.drift("v1", end, severity)), model);
  }

  static byte[] renamed(byte[] json, String model) {
    return utf8(
        new String(json, StandardCharsets.UTF_8)
            .replace("\"" + Scene.MODEL + "\"", "\"" + model + "\""));
  }

  void send(Topic topic, byte[] key, byte[] value, long at) {
    var unused = producer.send(new ProducerRecord<>(topic.in(namespace), null, at, key, value));
  }

  void flush() {
    producer.flush();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Submits the job; it reads the ticks that are played. */
  JobClient submit(@Nullable String savepoint, int parallelism) throws Exception {
    Options options =
        RetrainTriggerOptions.from(
            new String[] {
              "--runway.kafka.bootstrap-servers", broker.bootstrapServers(),
              "--runway.namespace", namespace,
              "--runway.trigger.ticks", "read",
              "--runway.events.earliest", "1980-01-01T00:00:00Z",
              "--runway.events.idle-after", "PT15S",
              // Together the lateness of Scene, whose readings come after five minutes.
              "--runway.events.out-of-orderness", "PT5M",
              "--runway.trigger.lateness", "PT2M",
              "--runway.checkpoint.interval", "PT1S",
              "--runway.parallelism", Integer.toString(parallelism)
            });
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    if (savepoint != null) {
      Configuration restored = new Configuration();
      restored.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
      env.configure(restored);
    }
    RetrainTriggerJob.define(env, options);
    return env.executeAsync("retrain-trigger-" + namespace);
  }

  private List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
    return broker.readAll(topic.in(namespace));
  }

  /** All that was decided, the repeats included. */
  List<Decision> decisions() throws MalformedEvent {
    List<Decision> decisions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.DECISIONS)) {
      Decision decision = DecisionCodec.read(record.value());
      requireCause(record, decision.id().toString());
      decisions.add(decision);
    }
    return decisions;
  }

  /** Whoever follows the id of a decision finds it on the topics, and nothing else under it. */
  private static void requireCause(ConsumerRecord<byte[], byte[]> record, String decisionId) {
    Header cause = record.headers().lastHeader("request_id");
    if (cause == null || !text(cause.value()).equals(decisionId)) {
      throw new AssertionError(
          "header of %s/%s is not %s".formatted(record.topic(), record.offset(), decisionId));
    }
  }

  /** Of a model. */
  List<Decision> decisions(String model) throws MalformedEvent {
    return decisions().stream().filter(decision -> decision.modelId().equals(model)).toList();
  }

  /** End of the newest window of a model that was judged; 0 before the first. */
  long judgedTo(String model) throws MalformedEvent {
    return decisions(model).stream().mapToLong(Decision::windowEndMillis).max().orElse(0);
  }

  long timesJudged(String model, long windowEnd) throws MalformedEvent {
    return decisions(model).stream()
        .filter(decision -> decision.windowEndMillis() == windowEnd)
        .count();
  }

  /** Commands by their ids; of one id all must be the same. */
  Map<String, RetrainCommand> commands() throws MalformedEvent {
    Map<String, RetrainCommand> commands = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.RETRAINS)) {
      RetrainCommand command = RetrainCommandCodec.read(record.value());
      requireCause(record, Objects.requireNonNull(command.decisionId()));
      RetrainCommand same = commands.put(command.commandId().toString(), command);
      if (same != null && same.issuedAtMillis() != command.issuedAtMillis()) {
        throw new AssertionError(command.commandId() + " was issued at two times");
      }
    }
    return commands;
  }

  /** Of each version and window what was said last, in words that can be compared. */
  Map<String, String> states() throws MalformedEvent {
    Map<String, Staleness> newest = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.STALENESS)) {
      Staleness state = StalenessCodec.read(record.value());
      newest.merge(
          state.modelId() + " " + state.modelVersion() + " " + state.windowEndMillis(),
          state,
          (old, now) -> now.revision() >= old.revision() ? now : old);
    }
    Map<String, String> states = new TreeMap<>();
    newest.forEach((key, state) -> states.put(key, text(StalenessCodec.write(state))));
    return states;
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  Set<Reason> dead() throws MalformedEvent {
    Set<Reason> reasons = new TreeSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records(Topic.DEAD_LETTERS)) {
      reasons.add(DeadLetterCodec.read(record.value()).reason());
    }
    return reasons;
  }

  /** End of the newest window of a length that is judged when so many minutes were played. */
  static long judged(int minutes, int window) {
    // The lateness, and the tick behind it that shows that all of it was read.
    return Scene.START + (minutes - 8) / window * (window * MINUTE);
  }

  @Override
  public void close() {
    producer.close();
  }
}
