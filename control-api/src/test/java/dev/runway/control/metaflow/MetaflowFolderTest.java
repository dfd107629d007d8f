package dev.runway.control.metaflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.runway.control.graph.Lineage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void folderThatIsNotThere_isSaidSo() {
    assertThatIOException()
        .isThrownBy(() -> MetaflowFolder.read(folder.resolve("nothing")))
        .withMessageContaining("no folder of Metaflow");
  }
}
