package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenUidsTest {

  @TempDir Path folder;

  @Test
  void uids_areThoseOfTheCommittedFile() {
    GoldenUids.require("two-steps", graph("double-number"));
  }

  @Test
  void changedUid_fails() {
    var files = new GoldenFiles(folder, true);
    GoldenUids.require(files, "job", graph("double-number"));

    assertThatThrownBy(() -> GoldenUids.require(files, "job", graph("twice-number")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("twice-number");
  }

  @Test
  void operatorWithoutUid_isNamed() {
    var environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment
        .fromSequence(1, 2)
        .uid("numbers")
        .map(n -> n)
        .name("forgotten")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");

    assertThatThrownBy(() -> GoldenUids.uids(environment.getStreamGraph()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("forgotten");
  }

  @Test
  void uids_areSorted() {
    assertThat(GoldenUids.uids(graph("double-number"))).isSorted().contains("numbers");
  }

  private static StreamGraph graph(String uid) {
    var environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment
        .fromSequence(1, 2)
        .uid("numbers")
        .map(n -> 2 * n)
        .uid(uid)
        .sinkTo(new DiscardingSink<>())
        .uid("discard");
    return environment.getStreamGraph();
  }
}
