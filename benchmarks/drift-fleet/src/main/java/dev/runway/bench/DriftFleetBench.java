package dev.runway.bench;

import dev.runway.bench.fleet.Fleet;
import dev.runway.bench.fleet.FleetPlan;
import dev.runway.bench.fleet.NullWindows;
import dev.runway.bench.fleet.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Precision and recall of drift alarms on a simulated fleet, beside the usual rules. */
@Command(
    name = "drift-fleet",
    mixinStandardHelpOptions = true,
    description = {
      "Simulates a fleet of models with known drifts, seasons, swings of volume and users who send"
          + " many predictions, and counts which alarms are right and which drifts are found.",
      "Then draws windows without any drift and counts false alarms of the tests.",
      "Figures depend on the seed alone, not on the machine."
    })
public final class DriftFleetBench implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "60 models, 16 days, a third of the traffic: whether it runs.")
  private boolean quick;

  @Option(
      names = "--models",
      defaultValue = "500",
      description = "One in twenty drifts. Default: ${DEFAULT-VALUE}.")
  private int models;

  @Option(names = "--days", defaultValue = "90", description = "Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--volume",
      defaultValue = "1",
      description = "Traffic in parts of the usual one. Default: ${DEFAULT-VALUE}.")
  private double volume;

  @Option(names = "--only-runway", description = "Leaves out the other rules: twice as fast.")
  private boolean onlyRunway;

  @Option(
      names = "--null-windows",
      defaultValue = "12000",
      description = "Windows without drift of each kind. Default: ${DEFAULT-VALUE}.")
  private int nullWindows;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--json", description = "Prints the rows as JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description =
          "Where drift-fleet.json, drift-fleet.md and drift-fleet-wrong.csv are written."
              + " Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DriftFleetBench());
  }

  @Override
  public Integer call() throws Exception {
    FleetPlan plan =
        quick
            ? new FleetPlan(60, 16, 12, 1.0 / 3, 6, !onlyRunway, seed)
            : new FleetPlan(models, days, Math.max(1, models / 20), volume, 10, !onlyRunway, seed);
    Fleet fleet = Fleet.run(plan, done -> tell(done, plan.models()));
    List<NullWindows> nulls = new ArrayList<>();
    int windows = quick ? Math.min(nullWindows, 2_000) : nullWindows;
    nulls.add(NullWindows.draw("independent predictions", 1, windows, seed));
    nulls.add(NullWindows.draw("5 predictions a user, dispersion measured", 5, windows, seed));
    Report report = new Report(plan, fleet, nulls);
    report.write(folder, "drift-fleet");
    System.out.println(json ? report.json() : report.table());
    return 0;
  }

  private static void tell(int done, int models) {
    if (done % Math.max(1, models / 20) == 0) {
      System.err.printf("%d of %d models%n", done, models);
    }
  }
}
