package dev.runway.bench;

import dev.runway.bench.drift.DriftCase;
import dev.runway.bench.drift.Rounds;
import dev.runway.bench.harness.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Speed, memory and latency of drift-monitor beside a peer and its limit. */
@Command(
    name = "drift",
    mixinStandardHelpOptions = true,
    description = {
      "Measures drift-monitor: what a prediction costs beside a bare loop and beside Flink SQL,"
          + " ten billion predictions a day live, how soon a drift is told, and what tiles take.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet."
    })
public final class DriftBench implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "Each case once and tiny, in a minute or two: whether it runs, not how fast.")
  private boolean quick;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description =
          "Rounds behind each median with 100 features and 50 models; a third of it with others,"
              + " and one of cases that take minutes. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--minutes",
      defaultValue = "10",
      description = "Minutes of the live run. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "Predictions a second of live runs; 0 is 115,741 of Avro and 60,000 of JSON. Where the"
              + " machine does not hold it, four fifths of it are tried, and so on. Default:"
              + " ${DEFAULT-VALUE}.")
  private long rate;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

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
      description = "Where drift.json and drift.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DriftBench());
  }

  @Override
  public Integer call() throws Exception {
    List<Report> newest = new ArrayList<>();
    new Rounds(chosen(), quick, rounds, seed, minutes, rate)
        .run(
            rows -> {
              Report report =
                  new Report("drift", "open counts", rows, seed, "synthetic predictions");
              report.write(folder, "drift");
              newest.clear();
              newest.add(report);
            });
    for (Report report : newest) {
      System.out.println(json ? report.json() : report.table());
    }
    return 0;
  }

  private List<DriftCase> chosen() {
    List<String> names = cases;
    if (names == null) {
      return List.of(DriftCase.values());
    }
    List<String> known = new CaseNames();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no case is called " + name + "; there are: " + known);
      }
    }
    return Stream.of(DriftCase.values()).filter(each -> names.contains(each.option())).toList();
  }

  /** For the help text. */
  static final class CaseNames extends ArrayList<String> {
    CaseNames() {
      for (DriftCase each : DriftCase.values()) {
        add(each.option());
      }
    }
  }
}
