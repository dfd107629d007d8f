package dev.runway.lineage.metaflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.runway.lineage.Lineage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetaflowFolderTest {
  @TempDir Path folder;

  @Test
  void newestFinishedRun_isRead() throws IOException {
    new MetaflowTree(folder, "TrainRanker")
        .graph(Pickles.GRAPH)
        .run("100", 100, "\"old\"", true)
        .run("99", 200, "\"runway.reads:dataset:s3://clicks\"", true)
        .run("300", 300, "\"failed\"", false);

    MetaflowFolder.Reading reading = MetaflowFolder.read(folder);

    assertThat(reading.complaints()).isEmpty();
    FlowRun run = reading.runs().get(0);
    assertThat(reading.runs()).hasSize(1);
    assertThat(run.flow() + "/" + run.run()).isEqualTo("TrainRanker/99");
    assertThat(run.user()).isEqualTo("tester");
    assertThat(run.steps())
        .isEqualTo(Map.of("start", List.of("fit"), "fit", List.of("finish"), "finish", List.of()));
    assertThat(run.startedBy()).containsExactly("BuildFeatures");
    assertThat(MetaflowFolder.read(folder.resolve(MetaflowFolder.NAME))).isEqualTo(reading);
  }

  @Test
  void lineageOfARun_isWhatItsTagsAndItsGraphSay() throws IOException {
    new MetaflowTree(folder, "TrainRanker")
        .graph(Pickles.GRAPH)
        .run(
            "1",
            1,
            "\"runway.reads:dataset:s3://clicks\", \"runway.writes:version:ranker/2\", \"other\","
                + " \"runway.reads:nonsense\"",
            true);

    Lineage lineage = MetaflowFolder.read(folder).runs().get(0).lineage();

    List<String> edges = new ArrayList<>();
    lineage
        .edges()
        .forEach(
            edge ->
                edges.add(
                    edge.upstream().text() + " > " + edge.downstream().text() + " " + edge.kind()));
    String flow = "pipeline:metaflow/TrainRanker";
    assertThat(edges)
        .containsExactlyInAnyOrder(
            "dataset:s3://clicks > " + flow + " DATA_ONLY",
            flow + " > version:ranker/2 DATA_ONLY",
            "pipeline:metaflow/BuildFeatures > " + flow + " DATA_ONLY",
            flow + "/start > " + flow + " PART_OF",
            flow + "/fit > " + flow + " PART_OF",
            flow + "/finish > " + flow + " PART_OF",
            flow + "/start > " + flow + "/fit DATA_ONLY",
            flow + "/fit > " + flow + "/finish DATA_ONLY");
    assertThat(lineage.what()).isEqualTo("TrainRanker/1");
    assertThat(lineage.json().at("/nodes/0/owner").asText()).isEqualTo("tester");
    assertThat(lineage.json().path("whole").size()).isEqualTo(4);
  }

  @Test
  void graphThatIsNotPlainData_isNotRead_andSaidSo() throws IOException {
    new MetaflowTree(folder, "TrainRanker").graph(Pickles.EVIL).run("1", 1, "", true);
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 20; i++) {
        packed.write(new byte[1 << 20]);
      }
    }
    new MetaflowTree(folder, "Bomb").blob(bomb.toByteArray()).run("1", 1, "", true);
    new MetaflowTree(folder, "NoBlob").run("1", 1, "", true);

    MetaflowFolder.Reading reading = MetaflowFolder.read(folder);

    // Without its graph nobody knows which step is the last one, unless it has the usual name.
    assertThat(reading.runs()).isEmpty();
    assertThat(reading.complaints())
        .anySatisfy(complaint -> assertThat(complaint).contains("TrainRanker/1", "not plain data"))
        .anySatisfy(complaint -> assertThat(complaint).contains("Bomb/1"))
        .anySatisfy(complaint -> assertThat(complaint).contains("NoBlob/1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8c0473746570", // A text where a list is due; it says nothing.
        "4b01", // A number, likewise.
      })
  void nextThatIsNoList_saysNothing(String hex) throws IOException {
    assertThat(FlowGraph.read(graph(hex)).steps()).isEqualTo(Map.of("a", List.of()));
  }

  static Stream<String> hostile() {
    // Each tuple holds the one before twice: written out, 2^28 pairs of brackets.
    StringBuilder twice = new StringBuilder("5d94");
    for (int i = 0; i < 28; i++) {
      twice.append("68%1$02x68%1$02x8694".formatted(i));
    }
    return Stream.of(
        "5d" + twice + "61",
        "5d5d9468008561" + "61", // A list that holds a tuple that holds it.
        "5d4e61", // None.
        "5d8c012f61", // A step named /.
        "5d8c022e2e61", // A step named ..
        "5d8c026100" + "61", // A step with U+0000.
        "5d28" + "8c0161".repeat(401) + "65"); // More than can be.
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void nextOfWhatIsNoStep_isRefused(String hex) {
    assertThatIOException().isThrownBy(() -> FlowGraph.read(graph(hex)));
  }

  @Test
  void endThatIsNoStep_isRefused_andLooksNowhereElse() throws IOException {
    for (String end : List.of("8c042f657463", "8c052e2e2f2e2e", "8c026100", "4e")) {
      // {'steps': {}, 'end_step': HERE}
      String pickle = "80047d8c0573746570737d738c08656e645f73746570" + end + "732e";
      byte[] bytes = HexFormat.of().parseHex(pickle);
      assertThatIOException().isThrownBy(() -> FlowGraph.read(new ByteArrayInputStream(bytes)));
    }
  }

  @Test
  void halfWrittenRun_isComplainedOf_andTheOthersAreRead() throws IOException {
    new MetaflowTree(folder, "Broken").graph(Pickles.GRAPH).run("1", 1, "", true);
    new MetaflowTree(folder, "Good").graph(Pickles.GRAPH).run("1", 1, "", true);
    Path run = folder.resolve(".metaflow/Broken/2/_meta");
    Files.createDirectories(run);
    Files.writeString(run.resolve("_self.json"), "{");

    MetaflowFolder.Reading reading = MetaflowFolder.read(folder);

    assertThat(reading.runs()).extracting(FlowRun::flow).containsExactly("Broken", "Good");
    assertThat(reading.complaints()).singleElement().asString().contains("Broken/2");
  }

  @Test
  void nameThatNoNodeCanHave_isLeftOut() {
    FlowRun run =
        new FlowRun(
            "Flow",
            "1",
            "",
            Set.of(),
            Map.of("a\nb", List.of(), "s".repeat(300), List.of("c"), "ok", List.of("d\ne")),
            Set.of("other\n"));

    assertThat(run.lineage().edges()).hasSize(1);
    FlowRun nameless = new FlowRun("f".repeat(300), "1", "", Set.of(), Map.of(), Set.of());
    assertThat(nameless.lineage().edges()).isEmpty();
    assertThat(nameless.lineage().whole()).isEmpty();
  }

  /** {'steps': {'a': {'next': HERE}}}. */
  private static ByteArrayInputStream graph(String next) {
    String pickle = "80047d8c0573746570737d8c01617d8c046e657874" + next + "737373" + "2e";
    return new ByteArrayInputStream(HexFormat.of().parseHex(pickle));
  }

  @Test
  void folderThatIsNotThere_isSaidSo() {
    assertThatIOException()
        .isThrownBy(() -> MetaflowFolder.read(folder.resolve("nothing")))
        .withMessageContaining("no folder of Metaflow");
  }
}
