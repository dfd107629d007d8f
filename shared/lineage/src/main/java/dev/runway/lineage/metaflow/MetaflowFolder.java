package dev.runway.lineage.metaflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Reads the newest finished run of every flow from the folder that Metaflow keeps when it runs
 * without a service. Only reads: nothing that lies there is run.
 */
public final class MetaflowFolder {
  /** Name of the folder. */
  public static final String NAME = ".metaflow";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String META = "_meta";
  private static final String SELF = "_self.json";
  private static final String DATA = "data";
  private static final long MAX_JSON_BYTES = 1 << 20;
  private static final int MAX_GRAPH_BYTES = 8 << 20;
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{40}");

  private final Path root;
  private final List<FlowRun> runs = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private MetaflowFolder(Path root) {
    this.root = root;
  }

  /**
   * What was found.
   *
   * @param runs the newest finished run of every flow
   * @param complaints what could not be read, and why
   */
  public record Reading(List<FlowRun> runs, List<String> complaints) {}

  /**
   * Reads a folder.
   *
   * @param folder the folder, or the one that holds it
   * @throws IOException if there is none
   */
  public static Reading read(Path folder) throws IOException {
    Path within = folder.resolve(NAME);
    Path root = Files.isDirectory(within) ? within : folder;
    if (!Files.isDirectory(root)) {
      throw new IOException(folder + " is no folder of Metaflow");
    }
    MetaflowFolder reader = new MetaflowFolder(root);
    for (Path flow : folders(root)) {
      try {
        reader.flow(flow);
      } catch (IOException | InvalidPathException e) { // Of the others all is well.
        reader.complaints.add(name(flow) + ": cannot be read: " + e.getMessage());
      }
    }
    return new Reading(List.copyOf(reader.runs), List.copyOf(reader.complaints));
  }

  private void flow(Path flow) throws IOException {
    if (!Files.isRegularFile(flow.resolve(META).resolve(SELF))) {
      return;
    }
    record Run(Path folder, JsonNode self) {}
    List<Run> newestFirst = new ArrayList<>();
    for (Path folder : folders(flow)) {
      Path self = folder.resolve(META).resolve(SELF);
      if (!name(folder).equals(DATA) && Files.isRegularFile(self)) {
        try {
          newestFirst.add(new Run(folder, json(self)));
        } catch (IOException e) { // Half written, for instance: an older run may be there.
          complaints.add(root.relativize(folder) + ": cannot be read: " + e.getMessage());
        }
      }
    }
    newestFirst.sort(
        Comparator.comparingLong((Run run) -> run.self().path("ts_epoch").asLong()).reversed());
    for (Run run : newestFirst) {
      FlowGraph graph = graph(flow, run.folder());
      if (finished(run.folder().resolve(graph.end()))) {
        runs.add(of(name(flow), name(run.folder()), run.self(), graph));
        return;
      }
    }
    complaints.add(name(flow) + ": no run has come to its end");
  }

  private static FlowRun of(String flow, String run, JsonNode self, FlowGraph graph) {
    Set<String> tags = new LinkedHashSet<>();
    self.path("tags").forEach(tag -> tags.add(tag.asText()));
    return new FlowRun(
        flow, run, self.path("user_name").asText(), tags, graph.steps(), graph.startedBy());
  }

  private FlowGraph graph(Path flow, Path run) {
    try {
      Optional<Path> artifact = graphArtifact(run);
      if (artifact.isEmpty()) {
        complaints.add(root.relativize(run) + ": has no " + FlowGraph.ARTIFACT);
        return FlowGraph.unknown();
      }
      String sha = json(artifact.get()).path("sha").asText();
      if (!SHA.matcher(sha).matches()) {
        throw new IOException(artifact.get() + " has no sha");
      }
      Path blob = flow.resolve(DATA).resolve(sha.substring(0, 2)).resolve(sha);
      try (InputStream packed = Files.newInputStream(blob);
          InputStream pickle = new Bounded(new GZIPInputStream(packed), MAX_GRAPH_BYTES)) {
        return FlowGraph.read(pickle);
      }
    } catch (IOException e) {
      complaints.add(root.relativize(run) + ": its steps are not known: " + e.getMessage());
      return FlowGraph.unknown();
    }
  }

  /** Every task has it; the first one is the one of the parameters. */
  private static Optional<Path> graphArtifact(Path run) throws IOException {
    for (Path step : folders(run)) {
      for (Path task : folders(step)) {
        Path meta = task.resolve(META);
        if (Files.isDirectory(meta)) {
          try (Stream<Path> files = Files.list(meta)) {
            Optional<Path> found =
                files
                    .filter(
                        file -> name(file).endsWith("_artifact_" + FlowGraph.ARTIFACT + ".json"))
                    .max(Comparator.naturalOrder());
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether an attempt of the last step went well. */
  private static boolean finished(Path end) throws IOException {
    if (!Files.isDirectory(end)) {
      return false;
    }
    for (Path task : folders(end)) {
      Path meta = task.resolve(META);
      if (Files.isDirectory(meta)) {
        List<Path> attempts;
        try (Stream<Path> files = Files.list(meta)) {
          attempts = files.filter(file -> name(file).startsWith("sysmeta_attempt_ok_")).toList();
        }
        for (Path attempt : attempts) {
          if (json(attempt).path("value").asText().equals("True")) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static JsonNode json(Path file) throws IOException {
    if (Files.size(file) > MAX_JSON_BYTES) {
      throw new IOException(file + " has more than " + MAX_JSON_BYTES + " bytes");
    }
    return JSON.readTree(Files.readAllBytes(file));
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(Files::isDirectory)
          .filter(child -> !name(child).equals(META))
          .sorted()
          .toList();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
