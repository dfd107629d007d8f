package dev.runway.driftmonitor.concept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.model.DriftReading;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Layouts of state and of the wire: old bytes stay readable, and are written the same. */
class StoredLayoutsTest {
  private static final Window WINDOW = new Window(60_000, 660_000);

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
    require("version-watch-empty-v1", new VersionWatchSerializer(), new VersionWatch());
    require("version-watch-v1", new VersionWatchSerializer(), watch());
    ledger.add(SomeNumbers.truth(3, SomeTruths.START + 7, 3, 0.25), SomeTruths.START);
    require("truth-ledger-v2", new TruthLedgerSerializer(), ledger);
    require("residual-watch-early-v1", new ResidualWatchSerializer(), residuals(1));
    require("residual-watch-v1", new ResidualWatchSerializer(), residuals(4));
  }

  @Test
  void truthOfVersion1_isOneOfAScoreWithoutSegment() throws IOException {
    Truth read =
        new TruthSerializer()
            .deserialize(1, new DataInputDeserializer(golden.read("state/truth-v1.bin")));

    assertThat(read).isEqualTo(SomeTruths.truth(1, SomeTruths.START, 0.25, true));
  }

  private static ResidualWatch residuals(int windows) {
    ResidualWatch watch = new ResidualWatch();
    Random random = new Random(1);
    for (int i = 0; i < windows; i++) {
      SomeNumbers.close(watch, random, i, 1_100, SomeNumbers.SPREADING);
    }
    return watch;
  }

  /** Behind its reference, with both detectors in the middle of something. */
  private static VersionWatch watch() {
    VersionWatch watch = new VersionWatch();
    Random random = new Random(1);
    for (int i = 0; i < 4; i++) {
      long start = SomeTruths.START + i * SomeTruths.WINDOW;
      NavigableMap<Long, TruthLedger> minutes = new TreeMap<>();
      for (Truth truth : SomeTruths.window(random, start, 1_100, 1, SomeTruths.CALIBRATED)) {
        long minute = SomeTruths.minuteOf(truth);
        minutes.computeIfAbsent(minute, m -> new TruthLedger()).add(truth, minute);
      }
      watch.close(
          SomeTruths.ALL,
          new Window(start, start + SomeTruths.WINDOW),
          WindowTruths.of(minutes).scored().get(DriftReading.ALL),
          start,
          SomeTruths.SETTINGS);
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
