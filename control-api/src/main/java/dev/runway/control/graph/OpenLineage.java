package dev.runway.control.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.lineage.Edge;
import dev.runway.lineage.EdgeKind;
import dev.runway.lineage.Lineage;
import dev.runway.lineage.NodeId;
import dev.runway.lineage.NodeKind;
import dev.runway.lineage.Source;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads events of OpenLineage: what a job reads and writes. Facets that Runway does not know are
 * nobody's fault.
 *
 * <p>A job is a pipeline and a dataset a dataset, named by namespace and name. In the namespace
 * {@code runway} a name is the id of a node; a dataset of type MODEL under the address of MLflow's
 * registry is the version of that name.
 */
final class OpenLineage {
  private static final String OURS = "runway";
  private static final Pattern MLFLOW = Pattern.compile("models/([^/]+)/versions/([^/]+)");

  /** What a run says that did not come to its end is no dependency. */
  private static final Set<String> UNFINISHED = Set.of("ABORT", "FAIL");

  private final Map<NodeId, String> owners = new LinkedHashMap<>();
  private final List<Edge> edges = new ArrayList<>();

  private OpenLineage() {}

  /** What an event says, which has the form that the contract asks for. */
  static Lineage read(JsonNode event) {
    OpenLineage reader = new OpenLineage();
    if (event.has("dataset")) {
      NodeId dataset = reader.dataset(event.path("dataset"));
      return new Lineage(Source.OPENLINEAGE, dataset.text(), reader.owners, List.of(), Set.of());
    }
    JsonNode job = event.path("job");
    NodeId pipeline =
        node(NodeKind.PIPELINE, job.path("namespace").asText(), job.path("name").asText());
    reader.put(pipeline, job);
    boolean unfinished = UNFINISHED.contains(event.path("eventType").asText());
    if (!unfinished) {
      for (JsonNode input : event.path("inputs")) {
        reader.edges.add(new Edge(reader.dataset(input), pipeline, EdgeKind.DATA_ONLY));
      }
      for (JsonNode output : event.path("outputs")) {
        reader.edges.add(new Edge(pipeline, reader.dataset(output), EdgeKind.DATA_ONLY));
      }
    }
    // Events of a run may each tell a part; an event of the job itself tells all, if it tells both.
    boolean all =
        !event.has("run") && event.path("inputs").isArray() && event.path("outputs").isArray();
    return new Lineage(
        Source.OPENLINEAGE,
        pipeline.text(),
        reader.owners,
        reader.edges,
        all ? Set.of(pipeline) : Set.of());
  }

  private NodeId dataset(JsonNode dataset) {
    String namespace = dataset.path("namespace").asText();
    String name = dataset.path("name").asText();
    NodeId node = node(NodeKind.DATASET, namespace, name);
    if (dataset.at("/facets/datasetType/datasetType").asText().equals("MODEL")) {
      Matcher registered = MLFLOW.matcher(name);
      if (registered.matches()) {
        node = NodeId.version(registered.group(1), registered.group(2));
      }
    }
    put(node, dataset);
    return node;
  }

  private void put(NodeId node, JsonNode said) {
    String owner = said.at("/facets/ownership/owners/0/name").asText();
    owners.merge(node, printable(owner, 128), (before, now) -> before.isEmpty() ? now : before);
  }

  private static NodeId node(NodeKind kind, String namespace, String name) {
    if (namespace.equals(OURS)) {
      var ours = NodeId.parse(printable(name, NodeId.MAX_NAME));
      if (ours.isPresent()) {
        return ours.get();
      }
    }
    String full = namespace + "/" + name;
    if (full.length() > NodeId.MAX_NAME) {
      // Told apart by what would be cut.
      full = full.substring(0, NodeId.MAX_NAME - 17) + "~" + digest(full);
    }
    return new NodeId(kind, printable(full, NodeId.MAX_NAME));
  }

  private static String printable(String text, int most) {
    StringBuilder printable = new StringBuilder();
    text.codePoints()
        .limit(most)
        .map(c -> Character.isISOControl(c) || isHalf(c) ? '?' : c)
        .forEach(printable::appendCodePoint);
    return printable.toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
