package dev.runway.control.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WavesTest {
  private static final NodeId START = NodeId.model("start");

  @Test
  void modelThatIsReachedTwice_waitsForTheLongerWay() {
    List<Waves.Member> waves =
        Waves.of(
            START,
            List.of(
                edge(START, NodeId.model("near"), EdgeKind.COORDINATES),
                edge(START, NodeId.model("far"), EdgeKind.SIMILARITY),
                edge(NodeId.model("near"), NodeId.model("far"), EdgeKind.PREDICTION)));

    assertThat(waves)
        .containsExactly(
            new Waves.Member(0, "start", Set.of()),
            new Waves.Member(1, "near", Set.of(EdgeKind.COORDINATES)),
            new Waves.Member(2, "far", Set.of(EdgeKind.SIMILARITY, EdgeKind.PREDICTION)));
  }

  @Test
  void whatLiesBetweenModels_isNoWave_andTellsHowTheModelIsUsed() {
    NodeId score = new NodeId(NodeKind.FEATURE, "score");
    NodeId version = NodeId.version("reader", "1");

    List<Waves.Member> waves =
        Waves.of(
            START,
            List.of(
                edge(START, score, EdgeKind.PREDICTION),
                edge(score, version, EdgeKind.DATA_ONLY),
                edge(version, NodeId.model("reader"), EdgeKind.PART_OF)));

    assertThat(waves)
        .containsExactly(
            new Waves.Member(0, "start", Set.of()),
            new Waves.Member(1, "reader", Set.of(EdgeKind.PREDICTION)));
  }

  @Test
  void modelAlone_isTheOnlyWave() {
    assertThat(Waves.of(START, List.of())).containsExactly(new Waves.Member(0, "start", Set.of()));
  }

  @Test
  void everyModel_comesAfterAllThatItStandsOn() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      List<Edge> edges = new ArrayList<>();
      for (int i = 1; i < 60; i++) {
        for (int j = 0; j < 1 + random.nextInt(3); j++) {
          edges.add(edge(node(random.nextInt(i)), node(i), EdgeKind.PREDICTION));
        }
      }

      Map<String, Integer> wave = new HashMap<>();
      Waves.of(node(0), edges).forEach(member -> wave.put(member.modelId(), member.wave()));

      assertThat(wave).hasSize(60);
      Map<NodeId, List<Edge>> into =
          edges.stream().collect(Collectors.groupingBy(Edge::downstream));
      into.forEach(
          (model, above) ->
              assertThat(wave.get(model.name()))
                  .isEqualTo(
                      1
                          + above.stream()
                              .mapToInt(edge -> wave.get(edge.upstream().name()))
                              .max()
                              .orElseThrow()));
    }
  }

  private static NodeId node(int number) {
    return NodeId.model("m" + number);
  }

  private static Edge edge(NodeId upstream, NodeId downstream, EdgeKind kind) {
    return new Edge(upstream, downstream, kind);
  }
}
