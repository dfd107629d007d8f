package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;

/**
 * Keeps the uids of a job's operators: a savepoint finds its state by them, so a changed uid is
 * lost state.
 */
public final class GoldenUids {

  private GoldenUids() {}

  /**
   * Requires the uids of the job that was built on {@code environment} to be those of {@code
   * golden/uids/JOB.txt}, one a line, sorted.
   */
  public static void require(String job, StreamExecutionEnvironment environment) {
    require(new GoldenFiles(), job, environment.getStreamGraph(false));
  }

  /** Same for a graph. */
  public static void require(String job, StreamGraph graph) {
    require(new GoldenFiles(), job, graph);
  }

  static void require(GoldenFiles files, String job, StreamGraph graph) {
    files.requireText("uids/" + job + ".txt", String.join("\n", uids(graph)) + "\n");
  }

  /**
   * The uids of all operators, sorted.
   *
   * @throws AssertionError if an operator has none, or two have the same
   */
  public static List<String> uids(StreamGraph graph) {
    List<String> nameless =
        graph.getStreamNodes().stream()
            .filter(node -> node.getTransformationUID() == null)
            .map(StreamNode::getOperatorName)
            .toList();
    assertThat(nameless).as("operators without uid").isEmpty();
    List<String> uids =
        graph.getStreamNodes().stream().map(StreamNode::getTransformationUID).sorted().toList();
    assertThat(uids).as("uids of operators").doesNotHaveDuplicates();
    return uids;
  }
}
