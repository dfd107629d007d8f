package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;

/**
 * What holds for the graph of every job, before anything runs.
 *
 * <ul>
 *   <li>Each operator has a uid, and together they are those of the committed file.
 *   <li>No stream between operators, no side output and no key has a type that only Kryo can write;
 *       Kryo is switched off, so that a state of such a type fails when its operator opens.
 *   <li>The maximum parallelism is set, and every operator has it: it can never be changed.
 *   <li>No operator fixes a parallelism of its own, save those that are named: they have one
 *       subtask.
 * </ul>
 */
public final class TopologyContract {

  private TopologyContract() {}

  /**
   * Requires all of it of the job that was built on {@code environment}.
   *
   * @param job name of the file with its uids, see {@link GoldenUids}
   */
  public static void require(String job, StreamExecutionEnvironment environment) {
    require(job, environment, Set.of());
  }

  /**
   * Same where some operators have one subtask on purpose.
   *
   * @param alone their uids
   */
  public static void require(
      String job, StreamExecutionEnvironment environment, Set<String> alone) {
    StreamGraph graph = environment.getStreamGraph(false);
    GoldenUids.require(job, graph);
    requireParallelism(environment, graph, alone);
    requireNoKryo(environment);
  }

  private static void requireParallelism(
      StreamExecutionEnvironment environment, StreamGraph graph, Set<String> alone) {
    assertThat(environment.getMaxParallelism()).as("maximum parallelism of the job").isPositive();
    assertThat(graph.getStreamNodes())
        .allSatisfy(
            node ->
                assertThat(node.getMaxParallelism())
                    .as("maximum parallelism of %s", node.getOperatorName())
                    .isEqualTo(environment.getMaxParallelism()));
    List<String> fixed =
        graph.getStreamNodes().stream()
            .filter(node -> node.getParallelism() != environment.getParallelism())
            .filter(node -> !alone.contains(node.getTransformationUID()))
            .map(StreamNode::getOperatorName)
            .toList();
    assertThat(fixed).as("operators with a parallelism of their own").isEmpty();
    assertThat(graph.getStreamNodes())
        .filteredOn(node -> alone.contains(node.getTransformationUID()))
        .as("operators %s", alone)
        .hasSameSizeAs(alone)
        .allMatch(node -> node.getParallelism() == 1);
  }

  static void requireNoKryo(StreamExecutionEnvironment environment) {
    assertThat(environment.getConfig().getSerializerConfig().hasGenericTypesDisabled())
        .as("pipeline.generic-types is off")
        .isTrue();
    for (TypeInformation<?> type : types(environment)) {
      StateTypes.requireNoGenericType(type);
    }
  }

  /** Types of all streams and side outputs. */
  private static Set<TypeInformation<?>> types(StreamExecutionEnvironment environment) {
    List<Transformation<?>> all = new ArrayList<>();
    for (Transformation<?> last : environment.getTransformations()) {
      all.add(last);
      all.addAll(last.getTransitivePredecessors());
    }
    Set<TypeInformation<?>> types = new LinkedHashSet<>();
    for (Transformation<?> transformation : all) {
      types.add(transformation.getOutputType());
    }
    return types;
  }
}
