package dev.runway.bench;

import dev.runway.bench.dashboards.Fleet;
import dev.runway.bench.dashboards.Times;
import dev.runway.bench.dashboards.Visitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long the dashboards' queries take over a year of many models. */
@Command(
    name = "dashboards",
    mixinStandardHelpOptions = true,
    description = {
      "Fills a PostgreSQL of its own with a year of hourly metrics of 500 models, and asks every query of"
          + " the dashboards of models at random, over a day, a week, 30 days and all of it, as the reader.",
      "The whole year takes some 30 GB of disk and a quarter of an hour."
    })
public final class DashboardsBench implements Callable<Integer> {
  @Option(names = "--models", defaultValue = "500", description = "Default: ${DEFAULT-VALUE}.")
  private int models;

  @Option(
      names = "--metrics",
      defaultValue = "10",
      description = "Of each model, at most 10. Default: ${DEFAULT-VALUE}.")
  private int metrics;

  @Option(names = "--days", defaultValue = "365", description = "Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--rounds",
      defaultValue = "20",
      description = "How often each query is asked over each span. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "20261127", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--dashboards",
      defaultValue = "grafana/dashboards",
      description = "Folder with the dashboards. Default: ${DEFAULT-VALUE}.")
  private Path dashboards = Path.of(".");

  @Option(
      names = "--binaries",
      defaultValue = "local/postgres/target/postgres",
      description = "Where PostgreSQL's programs are unpacked. Default: ${DEFAULT-VALUE}.")
  private Path binaries = Path.of(".");

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where dashboards.md is written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DashboardsBench());
  }

  @Override
  public Integer call() throws Exception {
    Files.createDirectories(folder);
    try (Fleet fleet = Fleet.start(folder, binaries)) {
      fleet.fill(models, metrics, days);
      List<Times> times = new ArrayList<>();
      try (Visitor visitor = new Visitor(fleet, dashboards, seed)) {
        for (int span : new TreeSet<>(List.of(1, 7, 30, days))) {
          if (span <= days) {
            times.addAll(visitor.ask(Duration.ofDays(span), rounds));
          }
        }
      }
      String report = Times.table(times, fleet.size());
      Files.writeString(folder.resolve("dashboards.md"), report);
      System.out.println(report);
      return 0;
    }
  }
}
