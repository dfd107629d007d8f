package dev.runway.driftmonitor;

import static dev.runway.driftmonitor.PoisonedPredictions.NOON;
import static dev.runway.driftmonitor.PoisonedPredictions.UNSEEN;
import static dev.runway.driftmonitor.PoisonedPredictions.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.model.DriftTile;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything a feature can be that it should not be, through a real broker: nothing stops,
 * neighbours see nothing of it, each thing shows as its own signal or dead letter, and every
 * prediction is counted once.
 */
class PoisonFeaturesITCase {
  private static final InMemoryReporter METRICS = InMemoryReporter.create();

  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();

  @RegisterExtension
  static final FlinkCluster FLINK =
      new FlinkCluster(METRICS.addToConfiguration(new Configuration()));

  private static final Duration PATIENCE = Waits.LONG;
  private static final int PER_WINDOW = 1_000;
  private static final int OF_NAMES = 200;

  /** Windows of the version without baseline: after six of them it is given one. */
  private static final int WINDOWS = 6;

  /** Copies of each record that is no event. */
  private static final int COPIES = 3;

  /** Six words with their counts, a bitmap, and varints that are longer: by minute. */
  private static final int MORE_BYTES = 4_096;

  @Test
  void poison_isShownAndCounted_andHarmsNoNeighbour() throws Exception {
    Map<String, DriftReading> cleanReadings;
    List<DriftTile> cleanTiles;
    try (JobTopics clean = new JobTopics(BROKER, "clean")) {
      begin(clean);
      JobClient job = clean.submit();
      play(clean, false);
      cleanReadings = awaitReadings(clean, 4);
      cleanTiles = clean.tiles();
      job.cancel().get();
    }
    try (JobTopics poisoned = new JobTopics(BROKER, "poisoned")) {
      begin(poisoned);
      poisoned.model("bare", model("bare"));
      sendBrokenBaselines(poisoned);
      JobClient job = poisoned.submit();
      play(poisoned, true);
      Map<String, DriftReading> readings = awaitReadings(poisoned, 4);

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                requireLetters(poisoned);
                requireSums(poisoned, job.getJobID());
              });
      requireNeighboursSame(readings, cleanReadings);
      requireSignals(readings.get(key("bad", 1)));
      requireBounds(poisoned, cleanTiles, job.getJobID());
      job.cancel().get();
    }
  }

  private static void begin(JobTopics topics) {
    for (String model : List.of("good", "bad")) {
      topics.model(model, model(model));
      topics.baseline(PoisonedPredictions.profile(model));
    }
  }

  private static String model(String id) {
    return "{\"model_id\":\"%s\",\"tier\":1,\"task\":\"BINARY\",\"versions\":[\"1\"]}"
        .formatted(id);
  }

  private static void play(JobTopics to, boolean poisoned) {
    for (int window = 0; window < WINDOWS; window++) {
      boolean now = poisoned && window == 1;
      if (window < 2) {
        PoisonedPredictions.play(to, "good", window, PER_WINDOW, false);
        PoisonedPredictions.play(to, "bad", window, PER_WINDOW, now);
      }
      if (now) {
        sendBrokenRecords(to);
      }
      if (poisoned) {
        PoisonedPredictions.playNames(to, "bare", window, OF_NAMES);
      }
    }
    to.heartbeat(NOON + 20 * WINDOW);
  }

  // --- What is no event -------------------------------------------------------------------------

  private static void sendBrokenBaselines(JobTopics to) {
    BaselineProfile profile = PoisonedPredictions.profile("bad");
    BaselineProfile other = PoisonedPredictions.profile("bad", 6);
    Baseline conflict = JobTopics.envelope(other, ProfileJson.write(other));
    to.baseline(conflict.key(), BaselineCodec.write(conflict));
    Baseline hollow = JobTopics.envelope(profile, JobTopics.bytes("{\"features\":[{}]}"));
    to.baseline(hollow.key(), BaselineCodec.write(hollow));
    to.baseline(hollow.key(), JobTopics.bytes("{\"model_id\":\"bad\",\"prof"));
    byte[] large = new byte[970 * 1024];
    Arrays.fill(large, (byte) ' ');
    to.baseline(hollow.key(), large);
  }

  private static final Map<Reason, Long> BROKEN_BASELINES =
      Map.of(Reason.CONFLICT, 1L, Reason.BAD_VALUE, 1L, Reason.NOT_JSON, 1L, Reason.TOO_LARGE, 1L);

  private static void sendBrokenRecords(JobTopics to) {
    List<Object> features = PoisonedPredictions.someFeatures();
    for (int i = 0; i < COPIES; i++) {
      for (String feature :
          List.of("NaN", '"' + "x".repeat(100_000) + '"', "[1,2]", spaces(300_000) + 1)) {
        String id = "no-event-" + to.predictions();
        to.prediction(
            id,
            JobTopics.bytes(
                """
                {"prediction_id":"%s","model_id":"bad","model_version":"1","predicted_at":%d,\
                "score":0.5,"features":{"distance":%s}}\
                """
                    .formatted(id, NOON + WINDOW, feature)));
      }
      byte[] whole = avro(to, features);
      to.avro(id(to), Arrays.copyOf(whole, whole.length - 3), "bad-1");
      byte[] noise = new byte[200];
      Arrays.fill(noise, (byte) 0xff);
      to.avro(id(to), noise, "bad-1");
      to.avro(id(to), avro(to, features), "no-list");
      to.avro(id(to), avro(to, features.subList(0, 3)), "bad-1");
    }
  }

  private static final Map<Reason, Long> BROKEN_RECORDS =
      Map.of(
          Reason.NOT_JSON, 1L * COPIES,
          Reason.OVER_LIMIT, 1L * COPIES,
          Reason.WRONG_TYPE, 1L * COPIES,
          Reason.TOO_LARGE, 1L * COPIES,
          Reason.NOT_AVRO, 2L * COPIES,
          Reason.UNKNOWN_SCHEMA, 1L * COPIES,
          Reason.BAD_VALUE, 1L * COPIES);

  private static String id(JobTopics to) {
    return "no-event-" + to.predictions();
  }

  private static byte[] avro(JobTopics to, List<Object> features) {
    return AvroPredictionCodec.write(
        PoisonedPredictions.prediction(id(to), "bad", NOON + WINDOW, 0.5), features);
  }

  private static String spaces(int count) {
    return " ".repeat(count);
  }

  // --- What must come of it ---------------------------------------------------------------------

  private static String key(String model, int window) {
    return "%s * %s-1 %d".formatted(model, model, NOON + window * WINDOW);
  }

  private static Map<String, DriftReading> awaitReadings(JobTopics topics, int size) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Map<String, DriftReading> readings = topics.readings();
              readings
                  .values()
                  .removeIf(r -> r.modelId().equals("bare") || r.predictions() != PER_WINDOW);
              return readings;
            },
            readings -> readings.size() >= size);
  }

  private static void requireNeighboursSame(
      Map<String, DriftReading> readings, Map<String, DriftReading> clean) {
    for (String same : List.of(key("good", 0), key("good", 1), key("bad", 0))) {
      assertThat(readings.get(same)).as(same).isNotNull().isEqualTo(clean.get(same));
    }
    // The features beside the poisoned ones; what is corrected for all of them is another matter.
    for (String feature : List.of("distance", "carrier", "$score")) {
      Signal psi = signal(readings.get(key("bad", 1)), feature, "psi");
      Signal before = signal(clean.get(key("bad", 1)), feature, "psi");
      assertThat(psi.value()).as(feature).isEqualTo(before.value());
      assertThat(psi.samples()).as(feature).isEqualTo(before.samples());
      assertThat(psi.flagged()).as(feature).isFalse();
    }
  }

  private static void requireSignals(DriftReading reading) {
    assertThat(reading)
        .returns(Status.EVALUATED, DriftReading::status)
        .returns("bad-1", DriftReading::profileId)
        .returns(6, DriftReading::flagged);
    requireShare(reading, "gone", "missing_change", 1);
    requireShare(reading, "typed", "wrong_type", 1);
    requireShare(reading, "infinite", "infinite", 0.5);
    requireShare(reading, "huge", "out_of_range", 0.5);
    requireShare(reading, "city", "new_category", 1);
    requireShare(reading, "text", "new_category", 0.1);
    // Features that nobody knows are said and not judged; Avro has none of them.
    Signal unseen = signal(reading, "$events", "unknown_features");
    assertThat(unseen.flagged()).isFalse();
    assertThat(unseen.value()).isEqualTo(UNSEEN * 9 / 10.0);
    assertThat(unseen.samples()).isEqualTo(PER_WINDOW);
  }

  private static void requireShare(
      DriftReading reading, String feature, String metric, double value) {
    Signal signal = signal(reading, feature, metric);
    assertThat(signal.flagged()).as(feature + ' ' + metric).isTrue();
    assertThat(signal.value()).as(feature + ' ' + metric).isEqualTo(value);
  }

  private static Signal signal(DriftReading reading, String feature, String metric) {
    Feature shown =
        reading.features().stream()
            .filter(f -> f.name().equals(feature))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + feature + " in " + reading));
    return shown.signals().stream()
        .filter(s -> s.metric().equals(metric))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + metric + " in " + shown));
  }

  private static void requireLetters(JobTopics topics) throws MalformedEvent {
    Map<Reason, Long> records = new TreeMap<>();
    Map<Reason, Long> baselines = new TreeMap<>();
    for (DeadLetter letter : topics.deadLetters().values()) {
      boolean ofBaseline = letter.topic().equals(Topic.BASELINES.in("poisoned"));
      (ofBaseline ? baselines : records).merge(letter.reason(), 1L, Long::sum);
    }
    assertThat(records).isEqualTo(BROKEN_RECORDS);
    assertThat(baselines).isEqualTo(BROKEN_BASELINES);
  }

  /** Every record has one fate, and every prediction is in a tile or is counted as not. */
  private static void requireSums(JobTopics topics, JobID job) throws MalformedEvent {
    long dead = BROKEN_RECORDS.values().stream().mapToLong(n -> n).sum();
    long good = topics.predictions() - dead;
    String counting = "count prediction";
    assertThat(count(job, counting, "received"))
        .isEqualTo(topics.predictions() + topics.heartbeats());
    assertThat(count(job, counting, "heartbeats")).isEqualTo(topics.heartbeats());
    assertThat(count(job, counting, "dead")).isEqualTo(dead);
    assertThat(count(job, counting, "decoded")).isEqualTo(good);
    // A tenth is Avro, which has positions only.
    assertThat(count(job, counting, "unknown-features")).isEqualTo(UNSEEN * PER_WINDOW * 9 / 10);
    assertThat(count(job, "bundle-tiles", "elements")).isEqualTo(good);
    long merged = count(job, "merge tiles", "merged");
    // Those of the version that has none, until it has a provisional one.
    assertThat(
            topics.readings().values().stream()
                .filter(reading -> reading.status() == Status.NO_BASELINE)
                .filter(reading -> reading.modelId().equals("bare"))
                .mapToLong(DriftReading::predictions)
                .sum())
        .isPositive()
        .isEqualTo(count(job, "merge tiles", "without-baseline"));
    assertThat(
            merged
                + count(job, "merge tiles", "late")
                + count(job, "merge tiles", "without-baseline"))
        .isEqualTo(good);
    assertThat(topics.tiles().stream().mapToLong(DriftTile::predictions).sum()).isEqualTo(merged);
    assertThat(merged).isGreaterThanOrEqualTo(4 * PER_WINDOW);
    assertThat(count(job, "merge tiles", "oversized-tiles")).isZero();
  }

  private static void requireBounds(JobTopics topics, List<DriftTile> clean, JobID job)
      throws Exception {
    int largest = clean.stream().mapToInt(tile -> tile.tile().length).max().orElseThrow();
    assertThat(topics.tiles()).allMatch(tile -> tile.tile().length <= largest + MORE_BYTES);
    // Of the names that never come again none is taken for a feature.
    List<Baseline> provisional =
        await().atMost(PATIENCE).until(topics::provisional, made -> !made.isEmpty());
    assertThat(ProfileJson.read(provisional.get(0).profile()).positions())
        .containsOnlyKeys("$score", "steady");
    assertThat(gauge(job, "numRestarts")).isZero();
    assertThat(gauge(job, "lastCheckpointFullSize")).isPositive().isLessThan(20L << 20);
  }

  private static long count(JobID job, String operator, String name) {
    return METRICS.findOperatorMetricGroups(job, operator).stream()
        .mapToLong(
            group ->
                METRICS.getMetricsByGroup(group).get(name) instanceof Counter counter
                    ? counter.getCount()
                    : 0)
        .sum();
  }

  private static long gauge(JobID job, String name) {
    Metric metric =
        METRICS.findJobMetricGroups(job, name).stream()
            .filter(found -> found.f1.equals(name))
            .findFirst()
            .orElseThrow()
            .f2;
    return ((Number) ((Gauge<?>) metric).getValue()).longValue();
  }
}
