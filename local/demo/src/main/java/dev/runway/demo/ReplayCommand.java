package dev.runway.demo;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.replay.BaselineFiles;
import dev.runway.demo.replay.FileTape;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Summary;
import dev.runway.demo.result.SummaryJson;
import dev.runway.demo.result.SummaryTable;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.Board;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.Interruption;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.demo.stage.Watched;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays files through the running stack. */
@Command(
    name = "replay",
    description = {
      "Plays your own predictions and outcomes through the running stack, in a namespace of its"
          + " own, and says how good the model was and which of its features have drifted. Formats:"
          + " docs/events.md.",
      "Exit code 0 only when everything was sent and has become final and the counters add up."
    })
public final class ReplayCommand implements Callable<Integer> {
  static final String NAMESPACE_PREFIX = "runway-replay-";

  private final Supplier<DemoStack> stacks;
  private final PrintStream out;
  private final PrintStream err;

  @Spec private CommandSpec spec = CommandSpec.create();

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

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "What a version's features looked like when it was trained, as `profile` writes it; once"
              + " per version. Default: the version's first windows, if they have enough"
              + " predictions.")
  private List<Path> baselineFiles = List.of();

  @Option(
      names = "--drift-window",
      paramLabel = "DURATION",
      description =
          "How long predictions are gathered before their drift is judged, as PT30M or P1D; up to"
              + " six windows together where they are few. Default: the model's own window.")
  private @Nullable Duration driftWindow;

  @Option(
      names = "--drift-samples",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "Predictions below which no drift is judged, at least 100; default ${DEFAULT-VALUE}.")
  private int driftSamples;

  @Option(names = "--json", description = "Prints the summary as JSON and nothing else.")
  private boolean json;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Events a second; default: as fast as the stack takes them.")
  private @Nullable Double speed;

  @Option(
      names = "--as-is",
      description =
          "Keeps the order of each file. Default: all events in order of their time, as if they"
              + " happened now.")
  private boolean asIs;

  @Option(
      names = "--keep",
      description =
          "Leaves jobs and topics as they are, until `drop`. Default: only the tables stay.")
  private boolean keep;

  @Option(
      names = "--archive",
      description =
          "Has the jobs keep an archive too, for `batch --namespace`; until `drop`, so with --keep.")
  private boolean archive;

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
    requireSense();
    List<ModelDocument> models = models();
    Watched watched =
        Watched.again(
            DriftWatch.replay(models, driftWindow, driftSamples),
            BaselineFiles.read(baselineFiles, models));
    DemoStack stack = stacks.get();
    FileTape.Order order = asIs ? FileTape.Order.AS_IS : FileTape.Order.BY_TIME;
    try (FileTape tape =
        FileTape.open(
            predictions, outcomes, models, order, Instant.now(), stack.temporaryFolder())) {
      err.printf("%,d predictions and %,d outcomes%n", tape.predictions(), tape.outcomes());
      stack.ensureUp();
      String namespace = NAMESPACE_PREFIX + Long.toString(System.currentTimeMillis(), 36);
      err.println("opening namespace " + namespace + ": topics, tables, three jobs");
      if (keep) {
        DemoStack kept = archive ? stack.archiving() : stack;
        return play(Arena.open(kept, namespace, models, watched), models, tape);
      }
      return Interruption.guard(
          () -> playAndClear(Arena.open(stack, namespace, models, watched), models, tape),
          () -> Arena.clear(stack, namespace));
    }
  }

  private void requireSense() throws IOException {
    if (speed != null && !(speed > 0)) {
      throw new ParameterException(spec.commandLine(), "--speed must be above 0, not " + speed);
    }
    if (archive && !keep) {
      throw new ParameterException(
          spec.commandLine(), "--archive needs --keep: without it the archive ends with the jobs");
    }
    if (driftSamples < 100) {
      throw new ParameterException(
          spec.commandLine(), "--drift-samples must be at least 100, not " + driftSamples);
    }
    Duration window = driftWindow;
    if (window != null && !window.equals(DriftWatch.judgeable(window))) {
      throw new ParameterException(
          spec.commandLine(),
          "--drift-window must be from 1 minute to 31 days, in whole minutes, not " + window);
    }
    if (patienceSeconds <= 0) {
      throw new ParameterException(
          spec.commandLine(), "--patience must be above 0, not " + patienceSeconds);
    }
    for (Path file : List.of(predictions, outcomes)) {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new IOException(file + " is no regular file: its lines are read more than once");
      }
    }
  }

  private int playAndClear(Arena arena, List<ModelDocument> models, FileTape tape)
      throws IOException, InterruptedException {
    try {
      return play(arena, models, tape);
    } finally {
      arena.close();
    }
  }

  private int play(Arena arena, List<ModelDocument> models, FileTape tape)
      throws IOException, InterruptedException {
    Duration patience = Duration.ofSeconds(patienceSeconds);
    Board board = Board.on(Console.of(err, 2));
    Play play = new Play(arena, tape, tape.predictions(), board, Map.of(), patience);
    play.run(speed == null ? 0 : speed);
    Results results = TableCheck.await(arena, patience);
    Summary summary =
        Summary.of(
            arena.namespace(),
            results,
            play.sent(),
            (modelId, windowStart) -> "",
            models.stream().map(arena::driftStory).toList());
    print(arena, summary);
    if (!play.isDriftWhole(results)) {
      err.println(
          "not all predictions are in the readings of drift: some came more than an hour late, or"
              + " drift-monitor has not judged them");
    }
    if (!summary.addsUp()) {
      explainMissing(arena);
    }
    return summary.isWhole() ? 0 : 1;
  }

  private void explainMissing(Arena arena) throws IOException, InterruptedException {
    arena.troubles().forEach(err::println);
    if (asIs) {
      err.println(
          "a prediction that comes again when it is final already is dropped: with --as-is such"
              + " repeats stay unaccounted for");
    }
  }

  private void print(Arena arena, Summary summary) throws IOException {
    DemoStack.TableAccess access = arena.tables();
    String tables = access.jdbcUrl() + " as " + access.user();
    if (json) {
      SummaryJson.write(
          summary,
          Map.of(
              "tables",
              tables,
              "password",
              access.passwordFile().toString(),
              "flink",
              arena.stack().flinkUrl()),
          SummaryJson.Extent.GROUPS_AND_WINDOWS,
          out);
      out.println();
    } else {
      SummaryTable.lines(summary).forEach(out::println);
      out.println();
      out.println("tables stay in schema " + arena.schema() + ": " + tables);
      out.println("its password is in " + access.passwordFile());
    }
    if (keep) {
      err.println("jobs and topics stay until ./runway drop " + arena.namespace());
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
