package dev.runway.backtest;

import dev.runway.model.Topic;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what a new version of a model would mean for those that use it. */
@Command(
    name = "upstream-release",
    mixinStandardHelpOptions = true,
    description = {
      "Says what a new version of a model would mean for those that use it: whose drift would be"
          + " attributed to whom and until when, in which waves they would be retrained, and what"
          + " that costs. Asks the code that decides; changes nothing.",
    })
final class UpstreamReleaseCommand implements Callable<Integer> {
  /** When it is released makes no difference: all times are counted from it. */
  private static final long RELEASE = Duration.ofDays(365).toMillis();

  private final Function<String, ReaderTables> tables;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = "The model that gets a new version.")
  private String model = "";

  @Option(
      names = "--training",
      paramLabel = "TIME",
      description = "How long a retrain takes of which nothing is known. Default: PT4H.")
  private String training = "PT4H";

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  UpstreamReleaseCommand(Function<String, ReaderTables> tables, PrintStream out) {
    this.tables = tables;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    long usualMillis = usualMillis();
    ReaderTables reader = tables.apply(Schemas.of(Topic.LIVE, spec));
    try (Connection connection = reader.connect()) {
      StoredFleet fleet = StoredFleet.read(connection);
      requireKnown(fleet);
      ReleaseForecast forecast =
          new ReleaseForecast(fleet, one -> StoredFleet.retrain(connection, one), usualMillis);
      ReleaseReport report = new ReleaseReport(fleet, forecast.of(model, RELEASE));
      if (json) {
        out.println(report.json());
      } else {
        report.lines().forEach(out::println);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database says: " + e.getMessage(), e);
    }
    return 0;
  }

  private void requireKnown(StoredFleet fleet) {
    if (!fleet.models().contains(model)) {
      throw new IllegalStateException(
          "no model is called " + model + ": ./runway models list shows those there are");
    }
    List<String> cycle = CycleBelow.of(fleet.graph(), model);
    if (cycle != null) {
      throw new IllegalStateException(
          "the dependencies have a cycle, "
              + String.join(" -> ", cycle)
              + ": no order of retrains ends; ./runway graph list --upstream model:"
              + cycle.get(0)
              + " shows one to end");
    }
  }

  private long usualMillis() {
    try {
      return Duration.parse(training).toMillis();
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(), "--training " + training + " is no duration: PT4H is one", e);
    }
  }
}
