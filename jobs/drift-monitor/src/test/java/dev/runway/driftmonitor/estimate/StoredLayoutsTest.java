package dev.runway.driftmonitor.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.runway.drift.performance.ScoreTallies;
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
    MaturedHistory history = new MaturedHistory();
    history.add(WINDOW, new MaturedHistory.Known(700_000, true));
    history.add(WINDOW, new MaturedHistory.Comparison(800_000, true));
    require("score-tallies-v1", new ScoreTalliesSerializer(), tallies);
    require(
        "score-delta-v1",
        new ScoreDeltaSerializer(),
        new ScoreDelta(SomeTruths.KEY, SomeTruths.START, tallies));
    require("said-v1", new SaidSerializer(), new Said(0.9, 1e-4, 1e-5, 1_000));
    require("matured-history-v2", new MaturedHistorySerializer(), history);
  }

  /**
   * What was compared stays; labels are states of their own since, and those of old are left out.
   */
  @Test
  void historyOfVersion1_isReadWithoutItsLabels() throws IOException {
    MaturedHistory history =
        new MaturedHistorySerializer()
            .deserialize(1, new DataInputDeserializer(golden.read("state/matured-history-v1.bin")));

    assertThat(history.known()).isEmpty();
    assertThat(history.comparisons())
        .containsExactly(entry(WINDOW, new MaturedHistory.Comparison(800_000, true)));
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
