package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.SPACE;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.embedding.TestingSpaces;
import dev.runway.embedding.state.EmbeddingStabilitySerializer;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.SampledVector;
import dev.runway.flink.DeadLetters;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingStability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** The function in Flink's harness, and what came out of it. */
final class CompareHarness implements AutoCloseable {
  static final long START = 1_700_000_000_000L / 60_000 * 60_000;

  private static final Duration REFRESH = Duration.ofMinutes(1);

  /** Longer than comparing lets a space wait. */
  private static final Duration LOOK = Duration.ofMinutes(10);

  private final TestingSpaces spaces;
  private final Path artefacts;
  private final PairComparer.Measures measures;
  private final List<EmbeddingStability> told = new ArrayList<>();
  private final List<DeadLetter> dead = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<String, SampledVector, EmbeddingStability> harness;
  private long clock = START;
  private int neighbourItems = 1_000;
  private long nanos;
  private long mostBytes = 1L << 40;

  CompareHarness(TestingSpaces spaces) throws Exception {
    this(spaces, null);
  }

  /**
   * @param artefacts folder for rotations; null for none
   */
  CompareHarness(TestingSpaces spaces, Path artefacts) throws Exception {
    this(spaces, artefacts, StabilityMeasures::of);
  }

  CompareHarness(TestingSpaces spaces, Path artefacts, PairComparer.Measures measures)
      throws Exception {
    this.spaces = spaces;
    this.artefacts = artefacts;
    this.measures = measures;
    harness = open(null);
  }

  private KeyedOneInputStreamOperatorTestHarness<String, SampledVector, EmbeddingStability> open(
      OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new CompareVersionsFunction(
                    spaces,
                    new CompareVersionsFunction.Settings(
                        "runway.embeddings",
                        REFRESH,
                        neighbourItems,
                        artefacts == null ? null : artefacts.toUri().toString()),
                    measures,
                    () -> nanos,
                    mostBytes)),
            SampledVector::spaceId,
            Types.STRING);
    opened.setup(EmbeddingStabilitySerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    opened.setProcessingTime(clock);
    return opened;
  }

  /** Comparing takes so long, by its own clock. */
  void spend(Duration duration) {
    nanos += duration.toNanos();
  }

  /** The same for another space. */
  static List<SampledVector> inSpace(String spaceId, List<SampledVector> vectors) {
    return vectors.stream()
        .map(vector -> new SampledVector(spaceId, vector.version(), vector.hash(), vector.item()))
        .toList();
  }

  /** An item leaves a version. */
  static SampledVector gone(String version, int item, long storedAt) {
    return vector(version, item, new float[0], storedAt);
  }

  /** The vector of an item, stored at the start. */
  static SampledVector vector(String version, int item, float[] vector) {
    return vector(version, item, vector, START);
  }

  static SampledVector vector(String version, int item, float[] vector, long storedAt) {
    return vector(version, item, vector, storedAt, 5_000);
  }

  /** Stored so long after what caused it. */
  static SampledVector vector(
      String version, int item, float[] vector, long storedAt, long delayMillis) {
    String id = "item-" + item;
    return new SampledVector(
        SPACE,
        version,
        ItemHash.of(id),
        new ItemVector(
            id, vector, storedAt - delayMillis, storedAt, item % 4, item, storedAt + 100));
  }

  static List<SampledVector> vectors(String version, float[][] vectors) {
    return vectors(version, vectors, 0, vectors.length);
  }

  /** Those of some of the items. */
  static List<SampledVector> vectors(String version, float[][] vectors, int from, int to) {
    List<SampledVector> all = new ArrayList<>();
    for (int i = from; i < to; i++) {
      all.add(vector(version, i, vectors[i]));
    }
    return all;
  }

  CompareHarness takes(List<SampledVector> vectors) throws Exception {
    for (SampledVector vector : vectors) {
      harness.processElement(new StreamRecord<>(vector));
    }
    return this;
  }

  CompareHarness takes(SampledVector... vectors) throws Exception {
    return takes(List.of(vectors));
  }

  /** Lets so much time pass that the space is looked at, until there is nothing new to tell. */
  List<EmbeddingStability> looks() throws Exception {
    List<EmbeddingStability> all = new ArrayList<>();
    List<EmbeddingStability> now = looksAfter(LOOK);
    while (!now.isEmpty()) {
      all.addAll(now);
      now = looksAfter(LOOK);
    }
    return all;
  }

  /** What one timer tells. */
  List<EmbeddingStability> looksAfter(Duration pause) throws Exception {
    clock += pause.toMillis();
    harness.setProcessingTime(clock);
    List<EmbeddingStability> now = new ArrayList<>(harness.extractOutputValues());
    told.addAll(now);
    harness.getOutput().clear();
    return now;
  }

  /** Looks, and finds what there is to tell of v1 and v2. */
  EmbeddingStability judges() throws Exception {
    return newest(looks(), "v2");
  }

  static EmbeddingStability newest(List<EmbeddingStability> told, String after) {
    return told.stream()
        .filter(stability -> stability.versionAfter().equals(after))
        .reduce((earlier, later) -> later)
        .orElseThrow();
  }

  /** All that was ever told. */
  List<EmbeddingStability> told() {
    return told;
  }

  /** Starts it again with another setting. */
  void restartWith(int neighbours) throws Exception {
    neighbourItems = neighbours;
    restart();
  }

  /** Starts it again where a comparison may take so much memory. */
  void restartWithMemory(long bytes) throws Exception {
    mostBytes = bytes;
    restart();
  }

  /** Stops the operator and starts a new one from its snapshot. */
  void restart() throws Exception {
    keepDead();
    OperatorSubtaskState state = harness.snapshot(1, 1);
    var stopped = harness;
    harness = open(state);
    stopped.close();
  }

  List<DeadLetter> dead() {
    keepDead();
    return dead;
  }

  private void keepDead() {
    var letters = harness.getSideOutput(DeadLetters.TAG);
    if (letters != null) {
      letters.forEach(letter -> dead.add(letter.getValue()));
      letters.clear();
    }
  }

  int entriesLeft() {
    return harness.numKeyedStateEntries() + harness.numProcessingTimeTimers();
  }

  @Override
  public void close() throws Exception {
    harness.close();
  }
}
