package dev.runway.demo;

import dev.runway.demo.loop.LoopAct;
import dev.runway.demo.stage.Act;
import dev.runway.demo.stage.Console;
import dev.runway.demo.stage.Interruption;
import dev.runway.demo.stage.LoopStage;
import dev.runway.demo.stage.Newsreel;
import dev.runway.demo.stage.Programme;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Plays real data through the running stack and shows what Runway makes of it, and does. */
@Command(
    name = "demo",
    description = {
      "Three models trained now on real data (flights, weather, bird strikes), played through the"
          + " real stack with late outcomes, disorder, duplicates and broken records, and with two"
          + " shifts of their data that must be found; then the same data over years, in which"
          + " models go stale, are retrained by decision and approval, and serve again.",
      "Starts the stack unless it is up. Plays in the namespaces "
          + FirstAct.NAMESPACE
          + " and "
          + LoopAct.NAMESPACE
          + ", apart from your own topics; run it as often as you like.",
      "At the end its jobs are stopped; topics, tables and a page stay to be looked at.",
      "Exit code 0 when every event is accounted for, both shifts were found, nothing fired that"
          + " must not, and all of the story happened."
    })
public final class DemoCommand implements Callable<Integer> {
  /** Lines of news that a terminal shows at once. */
  private static final int NEWS = 14;

  /** In this order at the end; what is not here comes behind. */
  private static final List<String> PLACES =
      List.of("page", "token", "sql", "tables", "password", "flink", "kafka", "summary");

  /** What is played. */
  enum Parts {
    ALL,
    FIRST,
    LOOP
  }

  private final Supplier<LoopStage> stacks;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--act",
      paramLabel = "ACT",
      description = {
        "FIRST: predictions, late outcomes, drift, with a table for each model and period.",
        "LOOP: models go stale, are retrained after decision and approval, pass a gate on held-out"
            + " cases and a canary, and serve; in the namespace "
            + LoopAct.NAMESPACE
            + ", and its page stays.",
        "ALL, which is the default: both, with one summary."
      },
      defaultValue = "ALL")
  private Parts parts = Parts.ALL;

  @Option(names = "--fast", description = "Of act FIRST: plays as fast as the stack takes it.")
  private boolean fast;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = "Of act FIRST: events a second; default ${DEFAULT-VALUE}, about two minutes.",
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
    if (parts != Parts.FIRST && (given("--fast") || given("--speed"))) {
      throw new ParameterException(
          spec.commandLine(),
          "--fast and --speed go with --act FIRST: ALL plays that act as fast as the stack takes"
              + " it, and LOOP waits for what it causes");
    }
    LoopStage stack = stacks.get();
    stack.ensureUp();
    Programme programme = new Programme(acts(stack), out::println);
    // Ctrl-C too ends the jobs: they would take slots for ever, and be resumed at each up.
    return Interruption.guard(() -> play(programme), programme::stop);
  }

  Parts parts() {
    return parts;
  }

  private boolean given(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private List<Act> acts(LoopStage stack) {
    Console console = Console.of(out, 1);
    List<Act> acts = new ArrayList<>();
    if (parts != Parts.LOOP) {
      acts.add(new FirstAct(stack, console, fast || parts == Parts.ALL ? 0 : speed));
    }
    if (parts != Parts.FIRST) {
      acts.add(new LoopAct(stack, new Newsreel(console, NEWS)::line));
    }
    return acts;
  }

  private int play(Programme programme) throws IOException, InterruptedException {
    List<Act.Ending> endings = programme.play();
    out.println();
    for (Act.Ending ending : endings) {
      (endings.size() > 1 ? ending.inShort() : ending.inFull()).forEach(out::println);
    }
    out.println();
    places(endings).forEach(out::println);
    return endings.stream().allMatch(Act.Ending::well) ? 0 : 1;
  }

  /** Where to look further, each place once. */
  static List<String> places(List<Act.Ending> endings) {
    Map<String, Set<String>> places = new LinkedHashMap<>();
    PLACES.forEach(name -> places.put(name, new LinkedHashSet<>()));
    for (Act.Ending ending : endings) {
      ending
          .places()
          .forEach(
              (name, place) ->
                  places.computeIfAbsent(name, other -> new LinkedHashSet<>()).add(place));
    }
    places.put("when done", Set.of("./runway down"));
    List<String> lines = new ArrayList<>(List.of("WHERE TO LOOK"));
    places.forEach(
        (name, its) -> {
          String label = name;
          for (String place : its) {
            lines.add(String.format("  %-12s %s", label, place));
            label = "";
          }
        });
    return lines;
  }
}
