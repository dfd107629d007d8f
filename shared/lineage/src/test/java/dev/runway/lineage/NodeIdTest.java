package dev.runway.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
  @Test
  void id_isItsKindAndItsName() {
    NodeId node = NodeId.parse("dataset:kafka://broker:9092/clicks").orElseThrow();

    assertThat(node.kind()).isEqualTo(NodeKind.DATASET);
    assertThat(node.name()).isEqualTo("kafka://broker:9092/clicks");
    assertThat(node.text()).isEqualTo("dataset:kafka://broker:9092/clicks");
    assertThat(NodeId.parse("data_source:clicks").orElseThrow().kind())
        .isEqualTo(NodeKind.DATA_SOURCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "feature", "feature:", ":age", "FEATURE:age", "table:age", "feature:a\n"})
  void whatIsNoNode_isNone(String text) {
    assertThat(NodeId.parse(text)).isEmpty();
  }

  @Test
  void longestIdsOfTheRegistry_areNodes() {
    NodeId version = NodeId.version("m".repeat(128), "v".repeat(128));

    assertThat(NodeId.parse(version.text())).contains(version);
    assertThat(NodeId.parse("feature:" + "x".repeat(NodeId.MAX_NAME + 1))).isEmpty();
  }
}
