package dev.runway.bench.loopfaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.loop.ControlClient;
import dev.runway.demo.loop.LocalPrograms;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the local scheduler starts for each command: notes that it was started, waits until the
 * player lets it end, and registers the next version of the model.
 *
 * <p>The control API may be killed meanwhile, or its database: it asks until it is answered, and
 * looks before for what it may have registered already.
 */
public final class Training {
  private static final String ADDRESS = "address";
  private static final String TOKEN = "token";
  private static final double COST = 40.5;
  private static final Duration LONGEST = Duration.ofHours(3);

  private final ControlClient api;
  private final Path folder;
  private final String command;
  private final String model;

  private Training(ControlClient api, Path folder, String command, String model) {
    this.api = api;
    this.folder = folder;
    this.command = command;
    this.model = model;
  }

  /**
   * Runs once; the command is on standard input.
   *
   * @param args folder of the run
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    JsonNode command = ControlClient.json(System.in.readAllBytes());
    Path folder = Path.of(args[0]);
    String id = command.path("command_id").asText();
    // Before anything that may fail: what counts is that it was started.
    noteStart(folder, id);
    ControlClient api =
        new ControlClient(
            URI.create(Files.readString(folder.resolve(ADDRESS)).strip()),
            Files.readString(folder.resolve(TOKEN)).strip());
    new Training(api, folder, id, command.path("model_id").asText()).run();
  }

  /** One line in one write, which others append to as well. */
  private static void noteStart(Path folder, String id) throws IOException {
    Files.writeString(
        starts(folder), id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Path starts(Path folder) {
    return folder.resolve("starts");
  }

  /** A line with the command's id for each start in the folder of a run. */
  static List<String> readStarts(Path folder) throws IOException {
    return Files.exists(starts(folder)) ? Files.readAllLines(starts(folder)) : List.of();
  }

  /** Writes down how trainings ask the control API. */
  static void prepare(Path folder, URI api, String token) throws IOException {
    Files.writeString(folder.resolve(ADDRESS), api.toString());
    LocalPrograms.writePrivate(folder.resolve(TOKEN), token);
  }

  /** Deletes the token. */
  static void forget(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(TOKEN));
  }

  /** Lets the training of a command end. */
  static void letEnd(Path folder, String command) throws IOException {
    Files.createDirectories(folder.resolve("let"));
    Files.writeString(let(folder, command), "");
  }

  private static Path let(Path folder, String command) {
    return folder.resolve("let").resolve(command);
  }

  private void run() throws IOException, InterruptedException {
    Patience.await(
        "the end of the training",
        LONGEST,
        () -> Files.exists(let(folder, command)),
        () -> "nobody lets it end");
    String[] version = {""};
    Patience.await(
        "a version",
        Patience.LONG,
        () -> {
          version[0] = registered();
          return true;
        },
        () -> "the control API does not take it");
    ObjectNode result = ControlClient.object().put("new_version", version[0]).put("cost", COST);
    System.out.println(result);
  }

  private String registered() throws IOException, InterruptedException {
    String path = "/v1/models/" + model + "/versions";
    JsonNode items = api.get(path + "?limit=200").path("items");
    Optional<String> own = Optional.empty();
    for (JsonNode item : items) {
      if (item.path("training_run").asText().equals(command)) {
        own = Optional.of(item.path("version").asText());
      }
    }
    if (own.isPresent()) {
      return own.get();
    }
    String next = Integer.toString(items.size() + 1);
    api.post(path, ControlClient.object().put("version", next).put("training_run", command));
    return next;
  }
}
