package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.groundtruth.join.SomeModel;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The join in Flink: the same outputs as in plain Java, on every backend, over restarts. */
class JoinOutcomeFunctionTest {
  private static final int SEEDS = 12;
  private static final long T = 1_750_000_000_000L;
  private static final Path GOLDEN_STATE =
      Path.of("src", "test", "resources", "golden", "state", "join-outcome-v1.snapshot");

  @ParameterizedTest
  @CsvSource({"heap, 0", "heap, 3", "rocksdb, 0", "rocksdb, 7"})
  void outputs_areThoseOfThePlainJoin_andNothingStays(String backend, int restartEvery)
      throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      SomeTraffic traffic = new SomeTraffic(seed);
      PlainJoin plain = new PlainJoin(traffic.orphanWait, traffic.lateMemory);
      try (JoinHarness flink =
          new JoinHarness(backend(backend), traffic.orphanWait, traffic.lateMemory)) {
        play(traffic, seed, restartEvery, plain, flink);

        assertThat(flink.truths).as("seed %s", seed).isEqualTo(plain.truths);
        assertThat(flink.late).as("seed %s", seed).isEqualTo(plain.late);
        assertThat(texts(flink.contributions)).isEqualTo(texts(plain.contributions));
        assertThat(flink.dead)
            .extracting(DeadLetter::detail)
            .isEqualTo(plain.dead.stream().map(DeadLetter::detail).toList());
        if (backend.equals("heap")) {
          // The harness cannot count what is in RocksDB.
          assertThat(flink.entriesLeft()).as("state entries").isZero();
        }
        assertThat(flink.timersLeft()).as("timers").isZero();
      }
    }
  }

  private static void play(
      SomeTraffic traffic, long seed, int restartEvery, PlainJoin plain, JoinHarness flink)
      throws Exception {
    Random random = new Random(seed);
    List<SomeTraffic.Event> events = new ArrayList<>(traffic.events());
    Collections.shuffle(events, random);
    long now = T - 10_000_000;
    plain.reaches(now);
    flink.reaches(now);
    for (int i = 0; i < events.size(); i++) {
      SomeTraffic.Event event = events.get(i);
      if (event.prediction() != null) {
        plain.predicted(event.prediction());
        flink.predicted(event.prediction());
      } else if (event.outcome() != null) {
        plain.observed(event.outcome());
        flink.observed(event.outcome());
      }
      if (random.nextInt(5) == 0) {
        // Faster than the events, so that some of them are late.
        now = Math.max(now, event.atMillis() - random.nextInt(5_000));
        plain.reaches(now);
        flink.reaches(now);
      }
      if (restartEvery > 0 && i % restartEvery == 0) {
        flink.restart();
      }
    }
    plain.reaches(Long.MAX_VALUE);
    flink.reaches(Long.MAX_VALUE);
    flink.takeOutput();
  }

  private static List<String> texts(List<?> values) {
    return values.stream().map(JoinOutcomeFunctionTest::text).toList();
  }

  private static String text(Object value) {
    return value.toString().replaceAll("\\[D@[0-9a-f]+", "[D");
  }

  @Test
  void timersAlone_moveTheTimeThatARestartGoesOnFrom() throws Exception {
    SomeModel model = SomeModel.explicit();
    try (JoinHarness flink = new JoinHarness(backend("heap"), 10_000, 30_000)) {
      flink.predicted(model.prediction("open", T));
      flink.restart();
      flink.reaches(T + SomeModel.HORIZON);
      flink.restart();
      flink.predicted(model.prediction("late", T - 1));
      flink.takeOutput();

      assertThat(flink.dead).extracting(DeadLetter::reason).containsExactly(Reason.LATE_PREDICTION);
    }
  }

  @Test
  void goldenState_isRestored_andGoesOn() throws Exception {
    try (JoinHarness flink = new JoinHarness(backend("heap"), 10_000, 30_000, goldenState())) {
      flink.reaches(T + SomeModel.NEGATIVE_AFTER + 1_000);
      assertThat(flink.entriesLeft()).isEqualTo(4);
      flink.observed(SomeModel.explicit().label("open", T + 9_000, "false", 2));
      flink.predicted(SomeModel.explicit().prediction("waiting", T + 20_000));
      flink.predicted(SomeModel.implicitNegative().prediction("silent", T));
      flink.reaches(Long.MAX_VALUE);
      flink.takeOutput();

      assertThat(flink.truths)
          .filteredOn(truth -> truth.maturity() == Maturity.FINAL)
          .extracting(
              GroundTruth::predictionId,
              GroundTruth::revision,
              GroundTruth::status,
              GroundTruth::outcomes)
          .containsExactlyInAnyOrder(
              org.assertj.core.groups.Tuple.tuple(
                  "open", GroundTruth.FINAL_REVISION + 12, LabelStatus.LABELLED, 2),
              org.assertj.core.groups.Tuple.tuple(
                  "waiting", GroundTruth.FINAL_REVISION + 8, LabelStatus.LABELLED, 1),
              org.assertj.core.groups.Tuple.tuple(
                  "silent", GroundTruth.FINAL_REVISION + 5, LabelStatus.NEGATIVE_BY_DEFAULT, 0),
              org.assertj.core.groups.Tuple.tuple(
                  "contested", GroundTruth.FINAL_REVISION + 16, LabelStatus.LABELLED, 2));
      assertThat(flink.contributions).filteredOn(c -> c.repeats() == 1).hasSize(1);
      assertThat(flink.entriesLeft()).isZero();
      assertThat(flink.timersLeft()).isZero();
    }
  }

  /** Written once per stored layout with -Dgolden.write=true; never overwritten. */
  private static OperatorSubtaskState goldenState() throws Exception {
    if (!Files.exists(GOLDEN_STATE)) {
      assertThat(Boolean.getBoolean("golden.write"))
          .as("%s is missing; -Dgolden.write=true writes it", GOLDEN_STATE)
          .isTrue();
      Files.createDirectories(GOLDEN_STATE.getParent());
      try (JoinHarness flink = new JoinHarness(backend("heap"), 10_000, 30_000)) {
        SomeModel explicit = SomeModel.explicit();
        flink.predicted(explicit.prediction("open", T));
        flink.observed(explicit.label("open", T + 5_000, "true", 1));
        flink.observed(explicit.label("waiting", T + 21_000, "true", 1));
        flink.predicted(SomeModel.implicitNegative().prediction("silent", T));
        flink.predicted(explicit.prediction("contested", T + 1, 0.1));
        flink.predicted(explicit.prediction("contested", T, 0.2));
        flink.observed(explicit.label("contested", T + 1, "true", 1));
        flink.observed(explicit.label("contested", T + 1, "false", 1));
        flink.observed(explicit.label("contested", T + 2, "true", 2));
        OperatorSnapshotUtil.writeStateHandle(flink.snapshot(), GOLDEN_STATE.toString());
      }
    }
    return OperatorSnapshotUtil.readStateHandle(GOLDEN_STATE.toString());
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend(false);
  }
}
