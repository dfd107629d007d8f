package dev.runway.demo;

import dev.runway.demo.replay.FileTape;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Summary;
import dev.runway.demo.result.SummaryJson;
import dev.runway.demo.result.SummaryTable;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays files through the running stack. */
@Command(
    name = "replay",
    description = {
      "Plays your own predictions and outcomes through the running stack, in a namespace of its"
          + " own, and says how good the model was. Formats: docs/events.md.",
      "Exit code 0 only when everything has become final and the counters add up."
    })
public final class ReplayCommand implements Callable<Integer> {
  private final Supplier<DemoStack> stacks;
  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "Model document, JSON; once per model.")
  private List<Path> modelFiles = List.of();

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE",
      description = "Predictions, one JSON object a line; gzip too.")
  private Path predictions = Path.of("");

  @Option(
      names = "--outcomes",
      required = true,
      paramLabel = "FILE",
      description = "Outcomes, one JSON object a line; gzip too.")
  private Path outcomes = Path.of("");

  @Option(names = "--json", description = "Prints the summary as JSON and nothing else.")
  private boolean json;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Events a second; default: as fast as the stack takes them.")
  private double speed;

  @Option(
      names = "--as-is",
      description =
          "Keeps the order of each file. Default: all events in order of their time, as if they"
              + " happened now.")
  private boolean asIs;

  @Option(
      names = "--keep",
      description = "Leaves jobs and topics as they are. Default: only the tables stay.")
  private boolean keep;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Gives up when nothing happens for so long; default ${DEFAULT-VALUE}.")
  private long patienceSeconds;

  /**
   * @param stacks asked once, when the command runs
   * @param out takes the summary
   * @param err takes progress
   */
  public ReplayCommand(Supplier<DemoStack> stacks, PrintStream out, PrintStream err) {
    this.stacks = stacks;
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    List<ModelDocument> models = models();
    FileTape.Order order = asIs ? FileTape.Order.AS_IS : FileTape.Order.BY_TIME;
    try (FileTape tape = FileTape.open(predictions, outcomes, models, order, Instant.now())) {
      err.printf("%,d predictions and %,d outcomes%n", tape.predictions(), tape.outcomes());
      DemoStack stack = stacks.get();
      stack.ensureUp();
      String namespace = "runway-replay-" + Long.toString(System.currentTimeMillis(), 36);
      err.println("opening namespace " + namespace + ": topics, tables, two jobs");
      Arena arena = Arena.open(stack, namespace, models);
      return play(arena, tape);
    }
  }

  private int play(Arena arena, FileTape tape) throws IOException, InterruptedException {
    Thread onInterrupt = new Thread(() -> close(arena), "close-replay");
    if (!keep) {
      Runtime.getRuntime().addShutdownHook(onInterrupt);
    }
    Duration patience = Duration.ofSeconds(patienceSeconds);
    try {
      Play play =
          new Play(arena, tape, tape.predictions(), Boards.onErrorStream(err), Map.of(), patience);
      Results results = play.run(speed);
      TableCheck.await(arena.tables(), results, patience);
      Summary summary =
          Summary.of(
              arena.namespace(),
              results,
              tape.predictions(),
              tape.outcomes(),
              (modelId, windowStart) -> "");
      print(arena, summary);
      return summary.allFinal() && summary.addsUp() ? 0 : 1;
    } finally {
      if (!keep && Runtime.getRuntime().removeShutdownHook(onInterrupt)) {
        close(arena);
      }
    }
  }

  private void print(Arena arena, Summary summary) throws IOException {
    String tables = arena.tables().jdbcUrl() + " as " + arena.tables().user();
    if (json) {
      SummaryJson.write(
          summary,
          Map.of("tables", tables, "flink", arena.stack().flinkUrl()),
          SummaryJson.Extent.GROUPS_AND_WINDOWS,
          out);
      out.println();
    } else {
      SummaryTable.lines(summary).forEach(out::println);
      out.println();
      out.println("tables stay in schema " + arena.schema() + ": " + tables);
    }
  }

  private void close(Arena arena) {
    try {
      arena.close();
    } catch (IOException e) {
      err.println("cannot clear " + arena.namespace() + " away: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ModelDocument> models() throws IOException {
    List<ModelDocument> models = new ArrayList<>();
    for (Path file : modelFiles) {
      try {
        models.add(ModelDocumentCodec.read(Files.readAllBytes(file)));
      } catch (MalformedEvent e) {
        throw new IllegalStateException(
            file
                + " is no model document: "
                + (e.field() == null ? "" : e.field() + ": ")
                + e.detail(),
            e);
      }
    }
    return models;
  }
}
