package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.types.VersionedTypeInfo;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.OpenPrediction;
import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.groundtruth.join.Terms;
import dev.runway.groundtruth.join.Verdict;
import dev.runway.groundtruth.state.AdmittedOutcomeSerializer;
import dev.runway.groundtruth.state.AdmittedPredictionSerializer;
import dev.runway.groundtruth.state.ContributionSerializer;
import dev.runway.groundtruth.state.FinalTruthSerializer;
import dev.runway.groundtruth.state.GroundTruthSerializer;
import dev.runway.groundtruth.state.JoinKeySerializer;
import dev.runway.groundtruth.state.LateOutcomeSerializer;
import dev.runway.groundtruth.state.ModelVersionSerializer;
import dev.runway.groundtruth.state.OpenPredictionSerializer;
import dev.runway.groundtruth.state.PerformanceReadingSerializer;
import dev.runway.groundtruth.state.WindowCountsSerializer;
import dev.runway.groundtruth.state.WindowDeltaSerializer;
import dev.runway.groundtruth.state.WindowKeySerializer;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.WindowCounts;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.groundtruth.window.WindowKey;
import dev.runway.model.EntityKey;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.LateOutcome;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.PerformanceReading;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import dev.runway.testkit.GoldenFiles;
import dev.runway.testkit.StateTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Layouts of state and of the wire: what is written reads back, and old bytes stay readable. */
class StoredLayoutsTest {
  private static final long T = 1_750_000_020_000L;
  private static final JoinKey KEY = JoinKey.of("m", "p");
  private static final EntityKey SOMEBODY = new EntityKey(1, -2);

  private final Random random = new Random(7);
  private final RandomEvents events = new RandomEvents(random);

  @Test
  void randomEvents_readAsTheyWereWritten() throws IOException {
    for (int i = 0; i < 5_000; i++) {
      AdmittedPrediction prediction = events.prediction();
      AdmittedOutcome outcome = events.outcome();
      assertThat(again(new AdmittedPredictionSerializer(), prediction)).isEqualTo(prediction);
      assertThat(again(new AdmittedOutcomeSerializer(), outcome)).isEqualTo(outcome);
      assertThat(again(new JoinKeySerializer(), prediction.key())).isEqualTo(prediction.key());
      GroundTruth truth = events.truth();
      assertThat(again(new FinalTruthSerializer(), truth)).isEqualTo(truth);
    }
  }

  @Test
  void randomState_readsAsItWasWritten_withoutItsKey() throws IOException {
    for (int i = 0; i < 2_000; i++) {
      OpenPrediction open = open();
      OpenPrediction read = again(new OpenPredictionSerializer(), open);
      read.under(KEY);
      assertThat(read.prediction()).isEqualTo(open.prediction());
      assertThat(read.outcomes()).isEqualTo(open.outcomes());
      assertThat(List.of(read.repeats(), read.conflicts(), read.evictions()))
          .isEqualTo(List.of(open.repeats(), open.conflicts(), open.evictions()));
      assertThat(read.negativeDue()).isEqualTo(open.negativeDue());
      assertThat(read.closed()).isEqualTo(open.closed());
    }
  }

  @Test
  void randomContributions_readAsTheyWereWritten() throws IOException {
    for (int i = 0; i < 2_000; i++) {
      int sign = random.nextInt(3) - 1;
      Contribution change =
          new Contribution(
              events.predictionAboutNobody(),
              sign == 0 ? null : verdict(),
              sign,
              random.nextInt(),
              random.nextInt(),
              events.integer());
      Contribution read = again(new ContributionSerializer(), change);
      assertThat(read.prediction()).isEqualTo(change.prediction());
      assertThat(verdictText(read)).isEqualTo(verdictText(change));
      assertThat(List.of(read.sign(), read.repeats(), read.conflicts(), read.revision()))
          .isEqualTo(
              List.of(change.sign(), change.repeats(), change.conflicts(), change.revision()));
    }
  }

  @Test
  void windowKeys_readAsTheyWereWritten() throws IOException {
    for (Task task : Task.values()) {
      for (long start : new long[] {0, 1, -1, -60_000, -59_999, T, T + 1}) {
        WindowKey key = new WindowKey(task, start, start + 1_001, events.text(), events.text());
        assertThat(again(new WindowKeySerializer(), key)).isEqualTo(key);
      }
    }
  }

  @Test
  void bytes_areThoseOfTheFirstRelease_andStillReadable() throws IOException {
    SomeModel model = SomeModel.implicitNegative();
    AdmittedPrediction prediction = full();
    AdmittedOutcome outcome = model.label("p", T + 5_000, "true", 3);
    PlainJoin join = new PlainJoin(10_000, 0);
    join.predicted(prediction);
    join.observed(outcome);
    WindowCounts counts = WindowCounts.empty(Task.BINARY);
    join.contributions.forEach(counts::add);
    ModelVersion version = new ModelVersion("m", "v1");
    WindowKey window = WindowKey.of(prediction).within("eu", "x:b");

    golden("join-key", new JoinKeySerializer(), prediction.key());
    golden(
        "admitted-prediction", 2, new AdmittedPredictionSerializer(), prediction.about(SOMEBODY));
    golden("admitted-outcome", new AdmittedOutcomeSerializer(), outcome);
    golden(
        "open-prediction",
        new OpenPredictionSerializer(),
        OpenPrediction.restore(prediction, List.of(outcome), 1, 2, 3, true, false));
    golden("contribution", new ContributionSerializer(), join.contributions.get(2));
    golden("model-version", new ModelVersionSerializer(), version);
    golden("window-key", new WindowKeySerializer(), window);
    golden("window-counts", 2, new WindowCountsSerializer(), counts);
    golden(
        "window-delta", 2, new WindowDeltaSerializer(), new WindowDelta(version, window, counts));
    golden("ground-truth", new GroundTruthSerializer(), join.truths.get(0));
    golden(
        "late-outcome",
        new LateOutcomeSerializer(),
        new LateOutcome(outcome.event(), LateOutcome.Why.AFTER_HORIZON, T, "v1"));
    join.reaches(Long.MAX_VALUE);
    golden("final-truth", new FinalTruthSerializer(), join.truths.get(join.truths.size() - 1));
    // Its metrics are more by now; what it holds is read and written as ever.
    PerformanceReading reading = read("performance-reading", new PerformanceReadingSerializer());
    golden("performance-reading", new PerformanceReadingSerializer(), reading);
    assertThat(reading.metrics()).isNotEmpty();
  }

  /** Version 1 knew nobody; rows of it wait for the archive in savepoints. */
  @Test
  void predictionOfVersion1_isStillRead() throws IOException {
    byte[] stored = new GoldenFiles().read("state/admitted-prediction-v1.bin");

    assertThat(new AdmittedPredictionSerializer().deserialize(1, new DataInputDeserializer(stored)))
        .isEqualTo(full());
  }

  /** Of 3 billion open predictions 16 bytes more would be 48 GB. */
  @Test
  void state_doesNotSayWhomAPredictionIsAbout() throws IOException {
    assertThat(bytes(new OpenPredictionSerializer(), state(full().about(SOMEBODY))))
        .isEqualTo(bytes(new OpenPredictionSerializer(), state(full())));
  }

  /** Version 1 of the counts had narrower sums, and knew not what silence will join. */
  @Test
  void countsOfVersion1_areStillRead() throws IOException {
    PlainJoin join = new PlainJoin(10_000, 0);
    join.predicted(full());
    join.observed(SomeModel.implicitNegative().label("p", T + 5_000, "true", 3));
    WindowCounts counts = WindowCounts.empty(Task.BINARY);
    join.contributions.forEach(counts::add);
    byte[] now = bytes(new WindowCountsSerializer(), counts);

    WindowCounts read = read("window-counts", new WindowCountsSerializer());
    assertThat(bytes(new WindowCountsSerializer(), read)).isEqualTo(now);
    WindowDelta delta = read("window-delta", new WindowDeltaSerializer());
    assertThat(bytes(new WindowCountsSerializer(), delta.counts())).isEqualTo(now);
  }

  private static <T> T read(String name, TypeSerializer<T> serializer) throws IOException {
    byte[] stored = new GoldenFiles().read("state/" + name + "-v1.bin");
    return serializer.deserialize(new DataInputDeserializer(stored));
  }

  private static <T> void golden(String name, TypeSerializer<T> serializer, T value)
      throws IOException {
    golden(name, 1, serializer, value);
  }

  private static <T> void golden(String name, int version, TypeSerializer<T> serializer, T value)
      throws IOException {
    GoldenFiles files = new GoldenFiles();
    String file = "state/" + name + "-v" + version + ".bin";
    files.requireBytes(file, bytes(serializer, value));
    T read = serializer.deserialize(new DataInputDeserializer(files.read(file)));
    assertThat(bytes(serializer, read)).isEqualTo(bytes(serializer, value));
  }

  @Test
  void typicalOpenPrediction_takesAtMost80Bytes() throws IOException {
    // A week's horizon, a UUID, real positions in Kafka; the key is stored beside the value.
    AdmittedPrediction prediction =
        typical(new UUID(1, 2).toString(), 0.731_234_567_8, 3, 1_234_567_890L, T + 150);
    int waiting = bytes(new OpenPredictionSerializer(), state(prediction)).length;
    AdmittedOutcome outcome =
        new AdmittedOutcome(
            prediction.key(),
            T + 86_400_000,
            0,
            Outcome.RETRACTS_NOTHING,
            "true",
            Double.NaN,
            null,
            1,
            false,
            5,
            1_234_567_890L,
            T + 86_400_100);
    int labelled = bytes(new OpenPredictionSerializer(), state(prediction, outcome)).length;
    System.out.printf(
        "open-prediction: %d bytes, %d with an outcome; key %d bytes%n",
        waiting, labelled, bytes(new JoinKeySerializer(), prediction.key()).length);

    assertThat(waiting).isLessThanOrEqualTo(80);
  }

  private static OpenPrediction state(AdmittedPrediction prediction, AdmittedOutcome... outcomes) {
    return OpenPrediction.restore(prediction, List.of(outcomes), 0, 0, 0, false, false);
  }

  @Test
  void types_areNeverLeftToKryo() {
    List<VersionedTypeInfo<?>> types =
        List.of(
            JoinKeySerializer.TYPE,
            AdmittedPredictionSerializer.TYPE,
            AdmittedOutcomeSerializer.TYPE,
            OpenPredictionSerializer.TYPE,
            ContributionSerializer.TYPE,
            ModelVersionSerializer.TYPE,
            WindowKeySerializer.TYPE,
            WindowCountsSerializer.TYPE,
            WindowDeltaSerializer.TYPE,
            GroundTruthSerializer.TYPE,
            FinalTruthSerializer.TYPE,
            LateOutcomeSerializer.TYPE,
            PerformanceReadingSerializer.TYPE);
    types.forEach(StateTypes::requireNoGenericType);
    assertThat(types)
        .filteredOn(VersionedTypeInfo::isKeyType)
        .containsExactlyInAnyOrder(
            JoinKeySerializer.TYPE, ModelVersionSerializer.TYPE, WindowKeySerializer.TYPE);
  }

  private static AdmittedPrediction typical(
      String id, double score, int partition, long offset, long recordedAt) {
    return new AdmittedPrediction(
        JoinKey.of("late-arrival", id),
        new Terms(
            Task.BINARY,
            LabelPolicy.EXPLICIT,
            Reduction.LAST,
            604_800_000,
            Terms.NEVER,
            3_600_000,
            0),
        "2001-03-01",
        T + 123,
        score,
        true,
        null,
        Double.NaN,
        null,
        null,
        null,
        1L << 20,
        0x1234_5678_9abc_def0L,
        partition,
        offset,
        recordedAt);
  }

  private static AdmittedPrediction full() {
    return SomeModel.implicitNegative()
        .admit(
            new Prediction(
                "p",
                "m",
                "v1",
                T,
                0.25,
                "true",
                -3.5,
                List.of("a", "b"),
                "e",
                "eu",
                "x",
                "b",
                0.5,
                2.5));
  }

  private OpenPrediction open() {
    List<AdmittedOutcome> outcomes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      outcomes.add(events.outcome());
    }
    boolean counts = random.nextBoolean();
    return OpenPrediction.restore(
            events.maybe(events.predictionAboutNobody()),
            outcomes,
            counts ? random.nextInt(1_000_000) : 0,
            counts ? random.nextInt(1_000_000) : 0,
            counts ? random.nextInt(3) : 0,
            random.nextBoolean(),
            random.nextBoolean())
        .under(KEY);
  }

  private Verdict verdict() {
    return new Verdict(
        events.integer(),
        events.one(Maturity.values()),
        events.one(LabelStatus.values()),
        events.number(),
        events.maybe(events.text()),
        random.nextBoolean() ? null : new double[] {0, events.number(), 64},
        events.integer(),
        random.nextInt());
  }

  private static String verdictText(Contribution change) {
    Verdict verdict = change.verdict();
    return verdict == null
        ? "none"
        : verdict.toString().replaceAll("\\[D@[0-9a-f]+", "")
            + Arrays.toString(verdict.relevances());
  }

  private static <T> T again(TypeSerializer<T> serializer, T value) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes(serializer, value));
    T read = serializer.deserialize(in);
    assertThat(in.available()).as("bytes left").isZero();
    return read;
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(128);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
