package dev.runway.flink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.EventTime;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Source, decoding and sinks between a real broker and a Flink cluster. */
class EventFlowITCase {
  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final long START = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final TimeBounds BOUNDS =
      TimeBounds.earliest(Instant.parse("1980-01-01T00:00:00Z"));

  private String namespace;
  private Producer<byte[], byte[]> producer;
  private JobClient job;

  @BeforeEach
  void create(TestInfo test) {
    namespace = "t" + HexFormat.of().toHexDigits(test.getDisplayName().hashCode());
    KAFKA.createTopic(topic("predictions"), 3);
    KAFKA.createTopic(topic("results"), 1);
    KAFKA.createTopic(topic("dead-letters"), 1);
    producer = KAFKA.producer();
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    if (job != null) {
      job.cancel().get();
    }
  }

  @Test
  void slowPartition_holdsTheWatermarkUntilItsHeartbeat() throws Exception {
    run(1);
    // Twice, for a replay believes a partition's newest time when a second record has reached it.
    send(0, "ahead", START + HOUR);
    send(0, "ahead", START + HOUR);
    send(1, "behind", START);
    heartbeat(2, START + 5 * HOUR);
    awaitResults("seen ahead", "seen behind");

    heartbeat(1, START + HOUR / 2);
    awaitResults("seen ahead", "seen behind", "due behind");

    heartbeat(1, START + 5 * HOUR);
    heartbeat(0, START + 5 * HOUR);
    awaitResults("seen ahead", "seen behind", "due behind", "due ahead");
    assertThat(results()).doesNotContain("late ahead", "late behind");
  }

  @Test
  void poison_becomesDeadLettersAndMovesNoWatermark() throws Exception {
    run(1);
    sendBytes(0, "k", new byte[] {(byte) 0xC0, (byte) 0x80, 0});
    sendBytes(0, "k", new byte[0]);
    sendBytes(0, "k", null);
    send(0, "future", Instant.parse("2099-01-01T00:00:00Z").toEpochMilli());
    send(0, "seconds", START / 1_000);
    sendBytes(0, "key", json("other", START).getBytes(UTF_8));
    send(0, "good", START);
    heartbeat(1, START + HOUR);
    heartbeat(2, START + HOUR);

    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () ->
                assertThat(deadLetters())
                    .extracting(DeadLetter::reason)
                    .containsExactlyInAnyOrder(
                        Reason.NOT_JSON,
                        Reason.EMPTY,
                        Reason.EMPTY,
                        Reason.FUTURE,
                        Reason.ANCIENT,
                        Reason.KEY_MISMATCH));
    assertThat(deadLetters())
        .allSatisfy(
            letter -> {
              assertThat(letter.topic()).isEqualTo(topic("predictions"));
              assertThat(letter.partition()).isZero();
            })
        .extracting(DeadLetter::offset)
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L);
    awaitResults("seen good");

    heartbeat(0, START + HOUR);
    awaitResults("seen good", "due good");
  }

  @Test
  void recordJustBelowTheBrokersLimit_isADeadLetterCutShort() throws Exception {
    run(1);
    byte[] huge = json("huge", START).replace("}", " ".repeat(900_000) + "}").getBytes(UTF_8);
    sendBytes(0, "huge", huge);
    send(0, "good", START);

    awaitResults("seen good");
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () ->
                assertThat(deadLetters())
                    .singleElement()
                    .returns(Reason.TOO_LARGE, DeadLetter::reason)
                    .returns(huge.length, DeadLetter::size)
                    .satisfies(letter -> assertThat(letter.bytes()).hasSize(4_096)));
  }

  @Test
  void sampling_keepsTheSameIdsWithAndWithoutKey() throws Exception {
    run(0.25);
    List<String> ids = IntStream.range(0, 400).mapToObj(i -> "p-" + i).toList();
    for (String id : ids.subList(0, 200)) {
      send(0, id, START);
    }
    for (String id : ids.subList(200, 400)) {
      sendBytes(1, null, json(id, START).getBytes(UTF_8));
    }

    Sampler sampler = Sampler.of(0.25);
    String[] kept =
        ids.stream().filter(sampler::keeps).map(id -> "seen " + id).toArray(String[]::new);
    assertThat(kept).hasSizeBetween(60, 140);
    awaitResults(kept);
  }

  @Test
  void results_areStampedByTheBroker() throws Exception {
    long before = System.currentTimeMillis();
    run(1);
    send(0, "p", START);
    awaitResults("seen p");

    ConsumerRecord<byte[], byte[]> record = KAFKA.readAll(topic("results")).get(0);
    assertThat(record.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    assertThat(record.timestamp()).isGreaterThanOrEqualTo(before - 1_000);
    assertThat(record.key()).isEqualTo("seen p".getBytes(UTF_8));
  }

  private void run(double sampleRate) throws Exception {
    Options options =
        Options.from(
            new String[] {
              "--runway.kafka.bootstrap-servers", KAFKA.bootstrapServers(),
              "--runway.kafka.group", namespace,
              "--runway.namespace", namespace,
              "--runway.events.earliest", "1980-01-01T00:00:00Z",
              "--runway.events.out-of-orderness", "PT0S",
              "--runway.events.idle-after", "PT10M",
              "--runway.sample-rate", Double.toString(sampleRate),
              "--runway.checkpoint.interval", "PT0.5S",
              "--runway.parallelism", "2"
            },
            CommonOptions.class);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    var decoded =
        new EventSource(
                CommonOptions.events(options), topic("predictions"), EventTime.ofPredictions())
            .addTo(env, "read-predictions", EventSource.StartAt.EARLIEST)
            .process(new DecodeFunction<>(new IdAndTime(Sampler.of(sampleRate)), Types.STRING))
            .uid("decode-predictions");
    DeadLetterSink.add(
        decoded.getSideOutput(DeadLetters.TAG),
        CommonOptions.kafka(options),
        namespace,
        "write-dead-letters");
    var told = decoded.keyBy(id -> id).process(new Tell()).uid("tell");
    ResultSink.add(
        told, CommonOptions.kafka(options), topic("results"), new Text(), "write-results");
    job = env.executeAsync(namespace);
  }

  private void awaitResults(String... expected) {
    await()
        .atMost(Waits.LONG)
        .untilAsserted(() -> assertThat(results()).containsExactlyInAnyOrder(expected));
  }

  private List<String> results() {
    return KAFKA.readAll(topic("results")).stream()
        .map(record -> new String(record.value(), UTF_8))
        .distinct()
        .toList();
  }

  private List<DeadLetter> deadLetters() throws MalformedEvent {
    List<DeadLetter> letters = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : KAFKA.readAll(topic("dead-letters"))) {
      letters.add(DeadLetterCodec.read(record.value()));
    }
    return letters;
  }

  private void send(int partition, String id, long predictedAt) throws Exception {
    sendBytes(partition, id, json(id, predictedAt).getBytes(UTF_8));
  }

  private static String json(String id, long predictedAt) {
    return """
    {"prediction_id":"%s","model_id":"m","model_version":"1","predicted_at":%d,"score":0.5}\
    """
        .formatted(id, predictedAt);
  }

  private void sendBytes(int partition, String key, byte[] value) throws Exception {
    producer
        .send(new ProducerRecord<>(topic("predictions"), partition, Raw.bytes(key), value))
        .get();
  }

  private void heartbeat(int partition, long millis) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic("predictions"), partition, null, new byte[0]);
    record.headers().add(Heartbeat.HEADER, Heartbeat.write(millis));
    producer.send(record).get();
  }

  private String topic(String suffix) {
    return namespace + "." + suffix;
  }

  private record IdAndTime(Sampler sampler) implements Decoder<String> {
    @Override
    public String decode(RawEvent raw) throws MalformedEvent {
      Prediction prediction = PredictionCodec.read(raw.value());
      EventChecks.requireKey(raw, prediction.predictionId());
      EventChecks.requireSaneTime(raw, "predicted_at", prediction.predictedAtMillis(), BOUNDS);
      return sampler.keeps(prediction.predictionId()) ? prediction.predictionId() : null;
    }
  }

  /** Says when an event is seen, whether it is late, and when the watermark reaches it. */
  private static final class Tell extends KeyedProcessFunction<String, String, String> {
    @Override
    public void processElement(String id, Context context, Collector<String> out) {
      boolean late = context.timestamp() <= context.timerService().currentWatermark();
      out.collect((late ? "late " : "seen ") + id);
      context.timerService().registerEventTimeTimer(context.timestamp());
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<String> out) {
      out.collect("due " + context.getCurrentKey());
    }
  }

  private static final class Text implements RecordFormat<String> {
    @Override
    public byte[] key(String text) {
      return text.getBytes(UTF_8);
    }

    @Override
    public byte[] value(String text) {
      return text.getBytes(UTF_8);
    }
  }
}
