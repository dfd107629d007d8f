package dev.runway.control.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StarTest {

  @Test
  void whatAJobReadsAndWrites_areTwoStars() {
    List<Edge> edges = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      edges.add(edge("in" + i, "job"));
      edges.add(edge("job", "out" + i));
    }

    List<Star> stars = Star.of(edges);

    assertThat(stars).extracting(Star::centre).containsExactly("model:job", "model:job");
    assertThat(stars).extracting(Star::entersCentre).containsExactly(true, false);
    assertThat(stars.get(0).others()).containsExactly("model:in0", "model:in1", "model:in2");
    assertThat(stars.get(1).others()).containsExactly("model:out0", "model:out1", "model:out2");
  }

  @Test
  void everyDependency_isInOneStar_alsoTwoOfOtherKinds() {
    List<Edge> edges =
        List.of(
            edge("a", "b"),
            new Edge(NodeId.model("a"), NodeId.model("b"), EdgeKind.PREDICTION),
            edge("b", "c"),
            edge("a", "c"));

    List<Star> stars = Star.of(edges);

    List<Edge> all = new ArrayList<>();
    stars.forEach(star -> all.addAll(star.edges()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(edges);
    assertThat(stars).allSatisfy(star -> assertThat(star.others()).doesNotHaveDuplicates());
  }

  private static Edge edge(String upstream, String downstream) {
    return new Edge(NodeId.model(upstream), NodeId.model(downstream), EdgeKind.DATA_ONLY);
  }
}
