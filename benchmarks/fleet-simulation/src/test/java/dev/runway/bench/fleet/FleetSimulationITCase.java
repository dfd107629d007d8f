package dev.runway.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.options.ControlOptions;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The code that decides and the real ledger on a real database, in small: limits that are felt. */
class FleetSimulationITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  /** Two in a build; more with {@code -Drunway.simulation.seeds=300}. */
  private static final int SEEDS = Integer.getInteger("runway.simulation.seeds", 2);

  @BeforeEach
  void clean() throws SQLException {
    clear();
  }

  private static void clear() throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.retrain_commands, runway.retrain_status_changes, runway.retrain_approvals,
            runway.retrain_budgets, runway.retrain_costs, runway.retrain_cooldowns, runway.outbox,
            runway.models CASCADE
        """);
  }

  @Test
  void smallFleet_keepsItsLimitsAndEndsAllThatWaits() throws SQLException {
    int budgetWaits = 0;
    long attributed = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      clear();
      Outcome outcome = run(Plan.small(seed));

      assertThat(outcome.complaints()).as("seed %d%n%s", seed, outcome.table()).isEmpty();
      assertThat(outcome.started()).as("seed %d", seed).isGreaterThan(10);
      budgetWaits += outcome.budgetWaits();
      attributed += outcome.attributed();
    }

    // Else the limits would not be what is tested.
    assertThat(budgetWaits).isPositive();
    assertThat(attributed).isPositive();
  }

  @Test
  void sameSeed_isTheSameDays() throws SQLException {
    Plan plan = new Plan(12, 2, 8, 8, 0, 2, 1_000, 7);
    List<String> tables = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      clear();
      tables.add(run(plan).table().replaceAll("took \\| .* s", ""));
    }

    assertThat(tables.get(1)).isEqualTo(tables.get(0));
  }

  private static Outcome run(Plan plan) throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, Simulation.rows(plan).toArray(String[]::new));
    ControlOptions.Postgres postgres =
        new ControlOptions.Postgres(
            POSTGRES.jdbcUrl(),
            RolePasswords.API,
            POSTGRES.password(RolePasswords.API),
            null,
            Migrations.SCHEMA,
            4,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60));
    try (LedgerDesk desk = new LedgerDesk(postgres, plan.budget(), Plan.START)) {
      return new Simulation(plan, desk).run();
    }
  }
}
