package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.model.OptionalDetector;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts of state and of the wire: old bytes stay readable, and are written the same. */
class StoredLayoutsTest {
  private static final Window WINDOW = new Window(60_000, 660_000);

  private static final List<OptionalDetector> ALL = List.of(OptionalDetector.values());

  private final GoldenFiles golden = new GoldenFiles();

  @Test
  void layouts_areThoseOfTheGoldenFiles() throws IOException {
    LabelledScores scores = new LabelledScores();
    scores.add(3, false, true, 2);
    scores.add(200, true, true, 40);
    TruthLedger ledger = new TruthLedger();
    ledger.add(SomeTruths.truth(1, SomeTruths.START + 59_999, 0.25, true), SomeTruths.START);
    ledger.add(SomeTruths.truth(2, 1L << 52, SomeTruths.START, 1, false), SomeTruths.START);
    require("version-key-v1", new VersionKeySerializer(), SomeTruths.KEY);
    require("window-v1", new WindowSerializer(), WINDOW);
    require("truth-v2", new TruthSerializer(), SomeNumbers.truth(1, SomeTruths.START, 3, 0.25));
    require("truth-ledger-v1", new TruthLedgerSerializer(), ledger);
    require(
        "truth-delta-v1",
        new TruthDeltaSerializer(),
        new TruthDelta(SomeTruths.KEY, SomeTruths.START, ledger));
    require(
        "matured-window-v1",
        new MaturedWindowSerializer(),
        new MaturedWindow(SomeTruths.KEY, WINDOW, 700_000, 42, 7, 6, scores));
    require(
        "matured-window-without-calibration-v1",
        new MaturedWindowSerializer(),
        new MaturedWindow(SomeTruths.KEY, WINDOW, 700_000, 42, 7, 6, null));
    require("version-watch-empty-v3", new VersionWatchSerializer(), new VersionWatch());
    require("version-watch-v3", new VersionWatchSerializer(), watch(List.of()));
    require("version-watch-detectors-v3", new VersionWatchSerializer(), watch(ALL));
    ledger.add(SomeNumbers.truth(3, SomeTruths.START + 7, 3, 0.25), SomeTruths.START);
    require("truth-ledger-v2", new TruthLedgerSerializer(), ledger);
    ledger.add(withdrawn(2), SomeTruths.START);
    require("truth-ledger-v3", new TruthLedgerSerializer(), ledger);
    require("residual-watch-early-v3", new ResidualWatchSerializer(), residuals(1, List.of()));
    require("residual-watch-v3", new ResidualWatchSerializer(), residuals(4, List.of()));
    require("residual-watch-detectors-v3", new ResidualWatchSerializer(), residuals(4, ALL));
  }

  private static Truth withdrawn(long id) {
    return SomeTruths.truth(id, (1L << 52) + 12, SomeTruths.START, Double.NaN, false);
  }

  /**
   * Watches of old go on as if they were of now: version 1 without knowing what traffic there was,
   * version 2 without detectors that a document asks for.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void watchesOfOld_goOn(int version) throws IOException {
    VersionWatch scores = old("version-watch", version, new VersionWatchSerializer());
    ResidualWatch numbers = old("residual-watch", version, new ResidualWatchSerializer());
    ResidualWatch early = old("residual-watch-early", version, new ResidualWatchSerializer());
    VersionWatch empty = old("version-watch-empty", version, new VersionWatchSerializer());
    long start = SomeTruths.START + 4 * SomeTruths.WINDOW;
    List<Truth> truths = SomeTruths.window(new Random(2), start, 1_100, 1, SomeTruths.CALIBRATED);
    List<Truth> residuals =
        SomeNumbers.window(new Random(3), start, 1_100, 1, SomeNumbers.SPREADING);

    assertThat(SomeTruths.close(scores, 4, truths))
        .hasSize(2)
        .isEqualTo(SomeTruths.close(watch(List.of()), 4, truths));
    assertThat(SomeNumbers.close(numbers, 4, residuals))
        .hasSize(2)
        .isEqualTo(SomeNumbers.close(residuals(4, List.of()), 4, residuals));
    assertThat(SomeNumbers.close(early, 4, residuals)).isEmpty();
    assertThat(SomeNumbers.close(early, 5, residuals)).hasSize(2);
    assertThat(SomeTruths.close(empty, 0, truths)).isEmpty();
  }

  private <T> T old(String name, int version, TypeSerializer<T> serializer) throws IOException {
    return serializer.deserialize(
        new DataInputDeserializer(golden.read("state/" + name + "-v" + version + ".bin")));
  }

  @Test
  void truthOfVersion1_isOneOfAScoreWithoutSegment() throws IOException {
    Truth read =
        new TruthSerializer()
            .deserialize(1, new DataInputDeserializer(golden.read("state/truth-v1.bin")));

    assertThat(read).isEqualTo(SomeTruths.truth(1, SomeTruths.START, 0.25, true));
  }

  private static ResidualWatch residuals(int windows, List<OptionalDetector> detectors) {
    ResidualWatch watch = new ResidualWatch();
    Random random = new Random(1);
    for (int i = 0; i < windows; i++) {
      long start = SomeTruths.START + i * SomeTruths.WINDOW;
      SomeNumbers.close(
          watch, i, SomeNumbers.window(random, start, 1_100, 1, SomeNumbers.SPREADING), detectors);
    }
    return watch;
  }

  /** Behind its reference, with its detectors in the middle of something. */
  private static VersionWatch watch(List<OptionalDetector> detectors) {
    VersionWatch watch = new VersionWatch();
    Random random = new Random(1);
    for (int i = 0; i < 4; i++) {
      long start = SomeTruths.START + i * SomeTruths.WINDOW;
      SomeTruths.close(
          watch, i, SomeTruths.window(random, start, 1_100, 1, SomeTruths.CALIBRATED), detectors);
    }
    return watch;
  }

  private <T> void require(String name, TypeSerializer<T> serializer, T value) throws IOException {
    byte[] bytes = bytes(serializer, value);
    golden.requireBytes("state/" + name + ".bin", bytes);
    T read = serializer.deserialize(new DataInputDeserializer(bytes));
    golden.requireBytes("state/" + name + ".bin", bytes(serializer, read));
  }

  private static <T> byte[] bytes(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
