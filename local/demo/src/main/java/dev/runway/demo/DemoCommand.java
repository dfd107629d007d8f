package dev.runway.demo;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.drift.TrainingBaseline;
import dev.runway.demo.loop.LoopAct;
import dev.runway.demo.play.ScriptTape;
import dev.runway.demo.result.Results;
import dev.runway.demo.result.Summary;
import dev.runway.demo.result.SummaryJson;
import dev.runway.demo.result.SummaryTable;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Faults;
import dev.runway.demo.scenario.Scenario;
import dev.runway.demo.scenario.Script;
import dev.runway.demo.scenario.ScriptWriter;
import dev.runway.demo.stage.Arena;
import dev.runway.demo.stage.Board;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.DemoStack;
import dev.runway.demo.stage.Interruption;
import dev.runway.demo.stage.LoopStage;
import dev.runway.demo.stage.Play;
import dev.runway.demo.stage.TableCheck;
import dev.runway.demo.stage.Watched;
import dev.runway.model.Topic;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays real data through the running stack and shows what Runway makes of it. */
@Command(
    name = "demo",
    description = {
      "Three models trained now on real data (flights, weather, bird strikes), played through the"
          + " real stack with late outcomes, disorder, duplicates and broken records, and with two"
          + " shifts of their data that must be found.",
      "Starts the stack unless it is up. Plays in the namespace "
          + DemoCommand.NAMESPACE
          + ", apart from your own topics; run it as often as you like.",
      "At the end its jobs are stopped; topics and tables stay to be read.",
      "Exit code 0 when every event is accounted for, both shifts were found, and nothing fired"
          + " that must not."
    })
public final class DemoCommand implements Callable<Integer> {
  /** Where the demo plays. */
  public static final String NAMESPACE = "runway-demo";

  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /** The parts of the demo. */
  enum Act {
    /** Predictions, late outcomes, drift: what Runway sees. */
    FIRST,
    /** What it has done about it: models are retrained, and the new ones serve. */
    LOOP
  }

  private final Supplier<LoopStage> stacks;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--act",
      paramLabel = "ACT",
      description = {
        "FIRST, which is the default, or LOOP: models go stale, are retrained after decision and"
            + " approval, pass a gate on held-out cases and serve; some five minutes, in the"
            + " namespace "
            + LoopAct.NAMESPACE
            + "."
      },
      defaultValue = "FIRST")
  private Act act = Act.FIRST;

  @Option(names = "--fast", description = "Plays as fast as the stack takes it.")
  private boolean fast;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Events a second; default ${DEFAULT-VALUE}, about two minutes.",
      defaultValue = "400")
  private double speed;

  /**
   * @param stacks asked once, when the command runs
   */
  public DemoCommand(Supplier<LoopStage> stacks, PrintStream out) {
    this.stacks = stacks;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    if (!(speed > 0)) {
      throw new ParameterException(spec.commandLine(), "--speed must be above 0, not " + speed);
    }
    if (act == Act.LOOP && (given("--fast") || given("--speed"))) {
      throw new ParameterException(
          spec.commandLine(), "--fast and --speed are of act FIRST: LOOP waits for what it causes");
    }
    LoopStage stack = stacks.get();
    stack.ensureUp();
    if (act == Act.LOOP) {
      LoopAct loop = new LoopAct(stack, out::println);
      return Interruption.guard(loop::play, loop::stop);
    }
    out.println("training three models on the samples, and predicting the rest");
    List<DemoModel> models = Scenario.models();
    Script script = ScriptWriter.write(models, Faults.standard());
    out.println("opening namespace " + NAMESPACE + ": topics, tables, three jobs");
    // Ctrl-C too ends the jobs: they would take slots for ever, and be resumed at each up.
    return Interruption.guard(
        () -> playAndStop(stack, models, script), () -> Arena.stop(stack, NAMESPACE));
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private int playAndStop(DemoStack stack, List<DemoModel> models, Script script)
      throws IOException, InterruptedException {
    Arena arena =
        Arena.open(
            stack,
            NAMESPACE,
            models.stream().map(DemoModel::document).toList(),
            Watched.once(
                DriftWatch.DEMO,
                TrainingBaseline.ofAll(
                    models.stream().map(DemoModel::drift).toList(), DriftWatch.DEMO)));
    try {
      return play(arena, models, script);
    } finally {
      arena.stop();
    }
  }

  private int play(Arena arena, List<DemoModel> models, Script script)
      throws IOException, InterruptedException {
    Map<String, Long> predictions =
        models.stream().collect(Collectors.toMap(DemoModel::id, m -> (long) m.cases().size()));
    Play play =
        new Play(
            arena,
            new ScriptTape(script),
            sent(script, Topic.PREDICTIONS),
            Board.on(Console.of(out, 1)),
            predictions,
            PATIENCE);
    play.run(fast ? 0 : speed);
    Results results = TableCheck.await(arena, PATIENCE);
    Summary summary =
        Summary.of(
            NAMESPACE,
            results,
            play.sent(),
            (modelId, windowStart) -> period(models, modelId, windowStart),
            models.stream().map(DemoModel::drift).toList());
    show(arena, summary);
    if (!summary.addsUp()) {
      arena.troubles().forEach(out::println);
    }
    return summary.isWell() ? 0 : 1;
  }

  private void show(Arena arena, Summary summary) throws IOException {
    SummaryTable.lines(summary).forEach(out::println);
    Map<String, String> addresses = addresses(arena);
    Path file = arena.stack().folder().resolve("demo").resolve("summary.json");
    Files.createDirectories(file.getParent());
    try (OutputStream json = Files.newOutputStream(file)) {
      SummaryJson.write(summary, addresses, SummaryJson.Extent.GROUPS, json);
    }
    out.println();
    addresses.forEach((name, address) -> out.printf("  %-12s %s%n", name, address));
    out.printf("  %-12s %s%n", "summary", file);
    out.printf("  %-12s %s%n", "when done", "./runway down");
  }

  private static String period(List<DemoModel> models, String modelId, long windowStart) {
    return models.stream()
        .filter(model -> model.id().equals(modelId))
        .map(model -> model.period().label(windowStart))
        .findFirst()
        .orElse("");
  }

  private static Map<String, String> addresses(Arena arena) {
    Map<String, String> addresses = new LinkedHashMap<>();
    addresses.put("flink", arena.stack().flinkUrl());
    addresses.put("kafka", arena.stack().bootstrapServers());
    addresses.put("sql", "./runway sql --namespace " + NAMESPACE);
    addresses.put("tables", arena.tables().jdbcUrl() + " as " + arena.tables().user());
    addresses.put("password", "in " + arena.tables().passwordFile());
    return addresses;
  }

  private static long sent(Script script, Topic topic) {
    return script.events().stream().filter(event -> event.topic() == topic).count();
  }
}
