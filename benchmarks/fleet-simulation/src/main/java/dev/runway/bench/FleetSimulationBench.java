package dev.runway.bench;

import dev.runway.bench.fleet.LedgerDesk;
import dev.runway.bench.fleet.Outcome;
import dev.runway.bench.fleet.Plan;
import dev.runway.bench.fleet.Simulation;
import dev.runway.bench.harness.Database;
import dev.runway.control.options.ControlOptions;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ninety days of a fleet in minutes. */
@Command(
    name = "fleet-simulation",
    mixinStandardHelpOptions = true,
    description = {
      "Lives through 90 days of 500 models: 25 of them drift on a usual day, 60 in a bad month, and"
          + " once the model that half of them use. The code that decides is the job's, the ledger"
          + " the control API's, on a PostgreSQL of its own.",
      "Exit code 1 when something was that may not be."
    })
public final class FleetSimulationBench implements Callable<Integer> {
  private static final int SOMETHING_WRONG = 1;

  @Option(names = "--quick", description = "40 models in six days, with limits that are felt.")
  private boolean quick;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where fleet-simulation.md is written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new FleetSimulationBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = quick ? Plan.small(seed) : Plan.whole(seed);
    Files.createDirectories(folder);
    Path place = Files.createTempDirectory(folder.toAbsolutePath(), "fleet-simulation-");
    Outcome outcome;
    try (Database database = Database.start(place)) {
      database.execute(Simulation.rows(plan).toArray(String[]::new));
      try (LedgerDesk desk = new LedgerDesk(postgres(database), plan.budget(), Instant.EPOCH)) {
        outcome = new Simulation(plan, desk).run();
      }
    }
    Files.deleteIfExists(place);
    Files.writeString(folder.resolve("fleet-simulation.md"), outcome.table());
    System.out.println(outcome.table());
    return outcome.complaints().isEmpty() ? 0 : SOMETHING_WRONG;
  }

  private static ControlOptions.Postgres postgres(Database database) {
    return new ControlOptions.Postgres(
        database.jdbcUrl(),
        RolePasswords.API,
        null,
        database.passwordFile(RolePasswords.API),
        Migrations.SCHEMA,
        4,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60));
  }
}
