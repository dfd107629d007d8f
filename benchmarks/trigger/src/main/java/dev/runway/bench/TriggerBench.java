package dev.runway.bench;

import dev.runway.bench.harness.Report;
import dev.runway.bench.trigger.TriggerCase;
import dev.runway.bench.trigger.TriggerRounds;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What retrain-trigger costs beside its limit. */
@Command(
    name = "trigger",
    mixinStandardHelpOptions = true,
    description = {
      "Measures retrain-trigger: its topology on RocksDB, in one slot, from the bytes of drift"
          + " readings to those of states and decisions; beside it parsing the same bytes in a bare"
          + " loop. It catches up, so all ticks are there from the beginning.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet.",
      "",
      "5,000 models of tier 1: 200 windows with readings of 10 features, of which a tenth of the"
          + " models has drifted; and 7 windows with readings of 1,000 features that have all"
          + " drifted. Less than 10 minutes of two quiet cores and 3 GB; --quick is seconds.",
      "Exit code 1 below 20,000 readings of 10 features a second for each core, not of --quick."
    })
public final class TriggerBench implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "Each case once and tiny: whether it runs, not how fast.")
  private boolean quick;

  @Option(
      names = "--rounds",
      defaultValue = "1",
      description = "Rounds behind each median. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--cases",
      split = ",",
      description = "Only these, such as readings,readings-parsed; all unless said.")
  private @Nullable List<String> cases;

  @Option(names = "--json", description = "Prints the rows as JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where trigger.json and trigger.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new TriggerBench());
  }

  @Override
  public Integer call() throws Exception {
    Report report =
        new Report(
            "trigger",
            "models",
            TriggerRounds.run(chosen(), quick ? 1 : rounds, quick, seed),
            seed,
            "synthetic drift readings");
    report.write(folder, "trigger");
    System.out.println(json ? report.json() : report.table());
    List<String> missed = TriggerRounds.missed(report.rows());
    missed.forEach(System.err::println);
    return quick || missed.isEmpty() ? 0 : 1;
  }

  private List<TriggerCase> chosen() {
    List<String> names = cases;
    List<TriggerCase> all = List.of(TriggerCase.values());
    if (names == null) {
      return all;
    }
    List<String> known = all.stream().map(TriggerCase::option).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no case is called " + name + "; there are: " + known);
      }
    }
    return Stream.of(TriggerCase.values()).filter(each -> names.contains(each.option())).toList();
  }
}
