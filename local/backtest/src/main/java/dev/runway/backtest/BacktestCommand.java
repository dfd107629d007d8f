package dev.runway.backtest;

import dev.runway.model.Topic;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what a policy would have done. */
@Command(
    name = "backtest",
    description = {
      "Judges stored readings by a policy that is not stored, and by those in force: what they would"
          + " have triggered, what it would have cost, what they would have caught and missed.",
      "The code that judges is the job's own. Nothing is written, and no command leaves.",
      "./runway backtest --policy p.yaml --from 2026-11-01 --to 2026-11-26"
    })
public final class BacktestCommand implements Callable<Integer> {
  private final Function<String, ReaderTables> tables;
  private final PrintStream out;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "The policy, as YAML or JSON. It stands for the one in force with its name.")
  private Path policy = Path.of("");

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      description = "Begin, such as 2026-11-01 or 2026-11-01T06:00:00Z; UTC.")
  private String from = "";

  @Option(names = "--to", required = true, paramLabel = "TIME", description = "End, not included.")
  private String to = "";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Of the policy's models only this one.")
  private @Nullable String model;

  @Option(
      names = "--training",
      paramLabel = "TIME",
      description = "How long a retrain takes until its version is there. Default: PT4H.")
  private String training = "PT4H";

  @Option(
      names = "--within",
      paramLabel = "TIME",
      description =
          "A command so long before or after a real one has caught the same. Default: P1D.")
  private String within = "P1D";

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      description = "Whose tables: " + Topic.LIVE + " (default), or a replay's.")
  private String namespace = Topic.LIVE;

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  /**
   * @param tables of a schema; asked once, when the command runs
   */
  public BacktestCommand(Function<String, ReaderTables> tables, PrintStream out) {
    this.tables = tables;
    this.out = out;
  }

  @Override
  public Integer call() throws Exception {
    Backtest.Span span = new Backtest.Span(time("--from", from), time("--to", to));
    if (span.fromMillis() >= span.toMillis()) {
      throw new ParameterException(spec.commandLine(), "--from must be before --to");
    }
    PolicyFile file = PolicyFile.read(policy);
    List<String> models = models(file);
    ReaderTables reader = tables.apply(Schemas.of(namespace, spec));
    Backtest.Result result;
    try (Connection connection = reader.connect()) {
      connection.setAutoCommit(false); // Else the driver reads all rows at once.
      result = new Backtest(connection, span, file, duration("--training", training)).run(models);
    } catch (SQLException e) {
      throw new IllegalStateException("the database says: " + e.getMessage(), e);
    }
    if (result.readings() == 0) {
      throw new IllegalStateException(
          "no readings of %s from %s to %s in schema %s; they are kept for 90 days"
              .formatted(String.join(", ", models), from, to, reader.schema()));
    }
    long withinMillis = duration("--within", within).toMillis();
    BacktestReport report = new BacktestReport(file, span, result, withinMillis);
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    return 0;
  }

  private List<String> models(PolicyFile file) {
    List<String> all = file.policy().models();
    if (model == null) {
      return all;
    }
    if (!all.contains(model)) {
      throw new IllegalStateException(
          "the policy %s decides about %s, not about %s"
              .formatted(file.policy().name(), String.join(", ", all), model));
    }
    return List.of(model);
  }

  private long time(String option, String text) {
    try {
      return text.length() == "2026-11-26".length()
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
          : Instant.parse(text).toEpochMilli();
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          option + " " + text + " is no time: 2026-11-01 and 2026-11-01T06:00:00Z are",
          e);
    }
  }

  private Duration duration(String option, String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(), option + " " + text + " is no duration: PT4H and P1D are", e);
    }
  }
}
