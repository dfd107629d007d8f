package dev.runway.lineage.metaflow;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** A folder as Metaflow 2.19 leaves it, as far as it is read. */
public final class MetaflowTree {
  private static final String SHA = "86d9b69a6aa7f1d8f3b1b8c1f0d2c7a5e4b39281";

  private final Path flow;

  public MetaflowTree(Path folder, String flow) throws IOException {
    this.flow = folder.resolve(MetaflowFolder.NAME).resolve(flow);
    write(this.flow.resolve("_meta/_self.json"), "{\"flow_id\": \"%s\"}".formatted(flow));
  }

  /** A run with the graph of {@link Pickles#GRAPH}. */
  public MetaflowTree run(String id, long epoch, String tags, boolean finished) throws IOException {
    Path run = flow.resolve(id);
    write(
        run.resolve("_meta/_self.json"),
        """
        {"flow_id": "%s", "run_number": "%s", "user_name": "tester", "ts_epoch": %d,
         "tags": [%s], "system_tags": ["runtime:dev", "metaflow_version:2.19.38"]}
        """
            .formatted(flow.getFileName(), id, epoch, tags));
    write(
        run.resolve("_parameters/0/_meta/0_artifact__graph_info.json"),
        """
        {"flow_id": "%s", "run_number": "%s", "step_name": "_parameters", "task_id": "0",
         "name": "_graph_info", "sha": "%s", "type": "metaflow.artifact",
         "content_type": "gzip+pickle-v4", "attempt_id": 0}
        """
            .formatted(flow.getFileName(), id, SHA));
    write(run.resolve("finish/_meta/_self.json"), "{}");
    write(
        run.resolve("finish/3/_meta/sysmeta_attempt_ok_%d.json".formatted(epoch)),
        """
        {"field_name": "attempt_ok", "value": "%s", "type": "internal_attempt_status",
         "tags": ["attempt_id:0"]}
        """
            .formatted(finished ? "True" : "False"));
    return this;
  }

  /** The graph of {@link Pickles#GRAPH}. */
  public MetaflowTree graph() throws IOException {
    return graph(Pickles.GRAPH);
  }

  MetaflowTree graph(String pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
      packed.write(HexFormat.of().parseHex(pickle));
    }
    return blob(bytes.toByteArray());
  }

  MetaflowTree blob(byte[] bytes) throws IOException {
    Path blob = flow.resolve("data").resolve(SHA.substring(0, 2)).resolve(SHA);
    Files.createDirectories(blob.getParent());
    Files.write(blob, bytes);
    return this;
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
