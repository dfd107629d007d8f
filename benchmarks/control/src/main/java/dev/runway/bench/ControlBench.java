package dev.runway.bench;

import dev.runway.bench.control.ControlCase;
import dev.runway.bench.control.Finding;
import dev.runway.bench.control.Findings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The control API under load. */
@Command(
    name = "control",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the control API beside a broker, a database and the jobs: mixed reads at a steady"
          + " rate, a burst of retrain commands, how soon a new model is known, how soon a model that"
          + " drifts is retrained, also with the scheduler away, and how soon it starts.",
      "Figures are time that passes, so keep the machine quiet. Exit code 1 when a goal is missed,"
          + " except with --quick."
    })
public final class ControlBench implements Callable<Integer> {
  private static final int QUICK_SECONDS = 3;
  private static final int QUICK_PREDICTIONS = 50;

  @Option(
      names = "--quick",
      description = "Everything small, in minutes: whether it runs, not how fast.")
  private boolean quick;

  @Option(
      names = "--minutes",
      defaultValue = "5",
      description =
          "Minutes of reads, behind a hundred seconds to warm up. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--rate",
      defaultValue = "50",
      description = "Reads a second, of all kinds together. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--predictions",
      defaultValue = "1200",
      description =
          "Predictions a second that the jobs judge beside the reads, each with its outcome; as"
              + " many as one in a hundred of 10 billion a day. Default: ${DEFAULT-VALUE}.")
  private int predictions;

  @Option(
      names = "--vegeta",
      paramLabel = "PROGRAM",
      description = "Has this vegeta send the reads, which otherwise the benchmark does itself.")
  private @Nullable Path vegeta;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--cases",
      split = ",",
      description = "Only these: ${COMPLETION-CANDIDATES}.",
      completionCandidates = CaseNames.class)
  private @Nullable List<String> cases;

  @Option(names = "--json", description = "Prints JSON instead of tables.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where control.json and control.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new ControlBench());
  }

  @Override
  public Integer call() throws Exception {
    Duration length = quick ? Duration.ofSeconds(QUICK_SECONDS) : Duration.ofMinutes(minutes);
    ControlCase.Size size =
        new ControlCase.Size(
            quick,
            length,
            rate,
            quick ? Math.min(predictions, QUICK_PREDICTIONS) : predictions,
            seed,
            vegeta);
    List<Finding> found = new ArrayList<>();
    for (ControlCase each : chosen()) {
      found.addAll(each.run(size));
      new Findings(found, seed).write(folder);
    }
    Findings findings = new Findings(found, seed);
    System.out.println(json ? findings.json() : findings.table());
    // The quick run is on a machine that does other things: whether it runs, not how fast.
    return quick || findings.missed().isEmpty() ? 0 : 1;
  }

  private List<ControlCase> chosen() {
    List<String> names = cases;
    if (names == null) {
      return List.of(ControlCase.values());
    }
    List<String> known = new CaseNames();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no case is called " + name + "; there are: " + known);
      }
    }
    return Stream.of(ControlCase.values()).filter(each -> names.contains(each.option())).toList();
  }

  /** For the help text. */
  static final class CaseNames extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    CaseNames() {
      for (ControlCase each : ControlCase.values()) {
        add(each.option());
      }
    }
  }
}
