package dev.runway.bench;

import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Medians;
import dev.runway.bench.harness.Report;
import dev.runway.bench.harness.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ours, its peers and its limit in alternating rounds, each in a JVM of its own. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = {
      "Measures groundtruth-join against other joins and against bare RocksDB, on the same"
          + " 300-byte events: out of order, repeated, late, never labelled.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet."
    })
public final class JoinBench implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "Each case once and tiny, in a minute or two: whether it runs, not how fast.")
  private boolean quick;

  @Option(
      names = "--full",
      description = "Also with 10,240,000 waiting predictions, which takes an hour more.")
  private boolean full;

  @Option(
      names = "--open",
      split = ",",
      description =
          "Predictions that wait meanwhile, multiples of 1,024, the smallest first."
              + " Default: 102400,1024000.")
  private @Nullable List<Integer> open;

  @Option(
      names = "--peers-up-to",
      defaultValue = "102400",
      description =
          "Waiting predictions up to which Flink's own joins are measured: theirs is a cost that"
              + " grows. Default: ${DEFAULT-VALUE}.")
  private int peersUpTo;

  @Option(
      names = "--measured",
      defaultValue = "250000",
      description =
          "Predictions that are measured, with their outcomes. Default: ${DEFAULT-VALUE}.")
  private long measured;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description =
          "Rounds behind each median; at most 3 from a million waiting predictions on, 1 from ten."
              + " Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "20261125", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--data",
      defaultValue = "synthetic",
      description =
          "synthetic, or flights: three million real ones from the npm package vega-datasets,"
              + " fetched once with npm into the folder. Default: ${DEFAULT-VALUE}.")
  private Data data = Data.SYNTHETIC;

  @Option(
      names = "--ids",
      defaultValue = "time",
      description =
          "time (UUIDv7) or random (UUIDv4), of synthetic data. Default: ${DEFAULT-VALUE}.")
  private String ids = Workload.TIME_ORDERED;

  @Option(
      names = "--cases",
      split = ",",
      description = "Only these: ${COMPLETION-CANDIDATES}.",
      completionCandidates = CaseNames.class)
  private @Nullable List<String> cases;

  @Option(names = "--json", description = "Prints the rows as JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where join.json and join.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  private final long started = System.nanoTime();
  private int turnsDone;

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new JoinBench()).setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public Integer call() throws Exception {
    requireSense();
    Plan plan = plan();
    Report report = new Report("join", "waiting", new ArrayList<>(), seed, source());
    String name = data == Data.FLIGHTS ? "join-flights" : "join";
    for (int waiting : plan.open()) {
      for (Row row : measure(plan, waiting)) {
        report.rows().add(grown(row, report.rows()));
      }
      // After each size, so that an hour is not lost to a Ctrl-C.
      report.write(folder, name);
    }
    System.out.println(json ? report.json() : report.table());
    return 0;
  }

  private void requireSense() {
    if (!ids.equals(Workload.TIME_ORDERED) && !ids.equals(Workload.RANDOM)) {
      throw new CommandLine.ParameterException(
          new CommandLine(this), "--ids is time or random, found " + ids);
    }
    if (data == Data.FLIGHTS && (quick || full || open != null)) {
      throw new CommandLine.ParameterException(
          new CommandLine(this),
          "--data flights brings its own size: leave out --quick, --full, --open");
    }
    List<String> known = new CaseNames();
    for (String each : cases == null ? List.<String>of() : cases) {
      if (!known.contains(each)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no case is called " + each + "; there are: " + known);
      }
    }
  }

  private String source() {
    return data == Data.FLIGHTS ? "flights of 2001" : "synthetic events, " + ids + " ids";
  }

  private Plan plan() throws Exception {
    if (data == Data.FLIGHTS) {
      Workload flights = Workload.of(0, seed, chosen());
      return Plan.flights(flights, rounds, cases);
    }
    if (quick) {
      return Plan.quick(cases);
    }
    List<Integer> sizes = new ArrayList<>(open == null ? List.of(102_400, 1_024_000) : open);
    if (full) {
      sizes.add(10_240_000);
    }
    return new Plan(sizes, peersUpTo, measured, rounds, cases);
  }

  private String chosen() throws Exception {
    return data == Data.FLIGHTS ? Workload.FLIGHTS + FlightsFile.in(folder.resolve("data")) : ids;
  }

  private List<Row> measure(Plan plan, int waiting) throws Exception {
    String chosen = chosen();
    Map<JoinCase, List<Row>> found = new LinkedHashMap<>();
    plan.casesAt(waiting).forEach(each -> found.put(each, new ArrayList<>()));
    for (int round = 1; round <= plan.roundsAt(waiting); round++) {
      for (Map.Entry<JoinCase, List<Row>> each : found.entrySet()) {
        if (round <= plan.rounds(each.getKey(), waiting)) {
          Turn turn = new Turn(each.getKey(), waiting, plan.steps(each.getKey()), seed, chosen);
          tell(turn, round, plan.turns());
          each.getValue().addAll(CaseProcess.run(CaseMain.class, turn.arguments()));
        }
      }
    }
    return Medians.of(found, JoinCase::against);
  }

  /** With the slope: how much dearer it is than with the fewest waiting. */
  private static Row grown(Row row, List<Row> before) {
    for (Row smaller : before) {
      if (smaller.name().equals(row.name())) {
        Row grown =
            row.with(
                "cpu_against_" + smaller.open() + "_waiting",
                row.cpuNanosPerEvent() / smaller.cpuNanosPerEvent());
        Double state = row.stateBytesPerOpen();
        Double stateBefore = smaller.stateBytesPerOpen();
        return state == null || stateBefore == null
            ? grown
            : grown.with("state_against_" + smaller.open() + "_waiting", state / stateBefore);
      }
    }
    return row;
  }

  private void tell(Turn turn, int round, int turns) {
    Duration since = Duration.ofNanos(System.nanoTime() - started);
    System.err.printf(
        "%02d:%02d  %d of %d: %s, %,d waiting, round %d%n",
        since.toMinutes(),
        since.toSecondsPart(),
        ++turnsDone,
        turns,
        turn.measured().title,
        turn.open(),
        round);
  }

  /** For the help text. */
  static final class CaseNames extends ArrayList<String> {
    CaseNames() {
      for (JoinCase each : JoinCase.values()) {
        add(each.option());
      }
    }
  }
}
