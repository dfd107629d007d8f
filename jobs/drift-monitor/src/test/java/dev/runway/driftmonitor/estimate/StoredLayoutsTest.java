package dev.runway.driftmonitor.estimate;

import dev.runway.drift.performance.LabelledScores;
import dev.runway.drift.performance.ScoreTallies;
import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.SomeTruths;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.testkit.GoldenFiles;
import java.io.IOException;
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
    ScoreTallies tallies = new ScoreTallies();
    tallies.add(0.25, false);
    tallies.add(0.75, true);
    LabelledScores scores = new LabelledScores();
    scores.add(200, true, true, 40);
    MaturedHistory history = new MaturedHistory();
    history.add(new MaturedWindow(SomeTruths.KEY, WINDOW, 700_000, 42, 7, 6, scores));
    history.add(WINDOW, new MaturedHistory.Comparison(800_000, true));
    require("score-tallies-v1", new ScoreTalliesSerializer(), tallies);
    require(
        "score-delta-v1",
        new ScoreDeltaSerializer(),
        new ScoreDelta(SomeTruths.KEY, SomeTruths.START, tallies));
    require("said-v1", new SaidSerializer(), new Said(0.9, 1e-4, 1e-5, 1_000));
    require("matured-history-v1", new MaturedHistorySerializer(), history);
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
