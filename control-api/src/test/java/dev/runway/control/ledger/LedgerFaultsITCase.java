package dev.runway.control.ledger;

import static dev.runway.control.ledger.LedgerFixture.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.database.Unavailable;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus.State;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deaths between any two steps, two instances at once, and statements that nobody should send. */
class LedgerFaultsITCase {
  private static final String NOVEMBER = "2026-11-01";

  /** What is bound is what the commands say, in every month and tier, and never above the cap. */
  private static final String WRONG =
      """
      SELECT count(*) FROM (
          SELECT b.month FROM runway.retrain_budgets AS b
          LEFT JOIN LATERAL (
              SELECT coalesce(sum(c.reserved_cost), 0) AS reserved,
                     coalesce(sum(c.reserved_cost) FILTER (WHERE c.tier = 1), 0) AS tier1_reserved
              FROM runway.retrain_commands AS c WHERE c.budget_month = b.month) AS c ON true
          LEFT JOIN LATERAL (
              SELECT coalesce(sum(k.amount), 0) AS spent
              FROM runway.retrain_costs AS k WHERE k.month = b.month AND k.kind = 'SPENT') AS k
              ON true
          WHERE b.reserved <> c.reserved OR b.tier1_reserved <> c.tier1_reserved
              OR b.spent <> k.spent OR b.spent + b.reserved > b.cap) AS wrong
      """;

  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @BeforeEach
  void clean() throws SQLException {
    LedgerFixture.clean(POSTGRES);
  }

  /** Dies at one step, once. */
  private static final class Death implements Steps {
    private final Step at;
    private final boolean connectionToo;
    private boolean over;

    Death(Step at, boolean connectionToo) {
      this.at = at;
      this.connectionToo = connectionToo;
    }

    @Override
    public void reached(Step step) {
      if (step != at || over) {
        return;
      }
      over = true;
      if (connectionToo) {
        try {
          POSTGRES.query(
              PostgresDatabase.SUPERUSER,
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ="
                  + " 'runway_api' AND datname = current_database()");
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
      } else {
        throw new IllegalStateException("died at " + step);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Steps.Step.class)
  void deathAtAnyStep_andTheSameAgain_grantsOnce(Steps.Step step) throws SQLException {
    for (boolean connectionToo : new boolean[] {false, true}) {
      LedgerFixture.clean(POSTGRES);
      Death death = new Death(step, connectionToo);
      try (LedgerFixture books = new LedgerFixture(POSTGRES, LedgerFixture.RULES, death)) {
        books.model("a", "red", 2);
        // Something waits for approval, so that a step is to take its place.
        RetrainCommand held = command("a", "e-0", 1, SeverityClass.LOW, Mode.APPROVE, 50);
        death.over = true;
        books.receive(held);
        death.over = false;
        RetrainCommand command = command("a", "e-1");
        boolean dies =
            !(connectionToo && (step == Steps.Step.BEGUN || step == Steps.Step.COMMITTED));
        if (dies) {
          assertThatThrownBy(() -> books.ledger.receive(command, "topic:test"))
              .as(step + " " + connectionToo)
              .isInstanceOf(RuntimeException.class);
          assertThat(death.over).isTrue();
          String granted =
              books.one("SELECT count(*) FROM runway.retrain_commands WHERE state = 'GRANTED'");
          assertThat(granted).isEqualTo(step == Steps.Step.COMMITTED ? "1" : "0");
        }

        receivedInTheEnd(books.ledger, command);
        receivedInTheEnd(books.ledger, command);

        assertThat(books.state(command)).as(step.name()).isEqualTo(State.GRANTED);
        assertThat(books.state(held)).isEqualTo(State.CANCELLED);
        assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 50.00 0.00");
        assertThat(books.one("SELECT count(*) FROM runway.outbox")).isEqualTo("3");
        assertThat(books.one("SELECT count(*) FROM runway.retrain_costs WHERE kind = 'RESERVED'"))
            .isEqualTo("1");
        assertThat(books.one(WRONG)).isEqualTo("0");
      }
    }
  }

  @Test
  void hundredCommandsAtOnceThroughTwoInstances_keepCapAndBudget() throws Exception {
    try (LedgerFixture one = new LedgerFixture(POSTGRES);
        LedgerFixture two = new LedgerFixture(POSTGRES)) {
      POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 12");
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          "INSERT INTO runway.retrain_caps (scope, name, cap, revision, changed_at, changed_by)"
              + " VALUES ('TEAM', 'blue', 3, 1, now(), 'ada')");
      List<RetrainCommand> commands = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        one.model("m" + i, i % 4 == 0 ? "blue" : "red", 1 + i % 4);
        commands.add(command("m" + i, "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 30 + i % 50));
      }
      // All hundred at once, and each of them once more, through the other instance, at the same
      // time as another one.
      CyclicBarrier gate = new CyclicBarrier(100);
      List<Callable<Integer>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        Ledger through = (i % 2 == 0 ? one : two).ledger;
        Ledger other = (i % 2 == 0 ? two : one).ledger;
        RetrainCommand command = commands.get(i);
        RetrainCommand again = commands.get((i + 50) % 100);
        all.add(
            () -> {
              gate.await(Waits.LONG.toSeconds(), TimeUnit.SECONDS);
              return (receivedInTheEnd(through, command) ? 1 : 0)
                  + (receivedInTheEnd(other, again) ? 1 : 0);
            });
      }
      int fresh = 0;
      ExecutorService threads = Executors.newFixedThreadPool(100);
      try {
        for (Future<Integer> done : threads.invokeAll(all)) {
          fresh += done.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(fresh).as("each once").isEqualTo(100);
      assertWithin(one);

      // Until all are through: whatever ends lets others go, and months pass.
      SplittableRandom random = new SplittableRandom(7);
      for (int i = 0; i < 400 && waiting(one) > 0; i++) {
        one.clock.forward(Duration.ofDays(1));
        Set<String> granted = granted();
        for (RetrainCommand command : commands) {
          if (granted.remove(command.commandId().toString()) && random.nextInt(4) > 0) {
            one.succeed(command, random.nextInt(60));
          }
        }
        one.settle();
        assertWithin(one);
      }
      assertThat(waiting(one)).isZero();
      assertThat(one.one("SELECT count(*) FROM runway.retrain_commands")).isEqualTo("100");
    }
  }

  /** As the consumer does it: what the database could not take is brought again. */
  private static boolean receivedInTheEnd(Ledger ledger, RetrainCommand command) {
    while (true) {
      try {
        return ledger.receive(command, "topic:test");
      } catch (Unavailable e) {
        // The lock was not to be had in time.
      }
    }
  }

  private static Set<String> granted() throws SQLException {
    Set<String> ids = new HashSet<>();
    POSTGRES
        .query(
            PostgresDatabase.SUPERUSER,
            "SELECT command_id FROM runway.retrain_commands WHERE state = 'GRANTED'")
        .forEach(row -> ids.add(row.get(0)));
    return ids;
  }

  private static int waiting(LedgerFixture books) throws SQLException {
    return Integer.parseInt(
        books.one(
            "SELECT count(*) FROM runway.retrain_commands WHERE state IN ('QUEUED',"
                + " 'QUEUED_BUDGET')"));
  }

  private static void assertWithin(LedgerFixture books) throws SQLException {
    String active = "state IN ('GRANTED', 'SUBMITTED', 'ACCEPTED', 'RUNNING', 'UNKNOWN')";
    assertThat(
            Integer.parseInt(
                books.one("SELECT count(*) FROM runway.retrain_commands WHERE " + active)))
        .isLessThanOrEqualTo(12);
    assertThat(
            Integer.parseInt(
                books.one(
                    "SELECT count(*) FROM runway.retrain_commands WHERE team = 'blue' AND "
                        + active)))
        .isLessThanOrEqualTo(3);
    assertThat(books.one(WRONG)).isEqualTo("0");
  }

  @Test
  void rawStatements_cannotDoWhatMayNeverHappen() throws SQLException {
    try (LedgerFixture books = new LedgerFixture(POSTGRES)) {
      books.model("a", "red", 2);
      books.model("b", "red", 2);
      books.receive(command("a", "e-1"));
      RetrainCommand waits = command("b", "e-1", 1, SeverityClass.LOW, Mode.APPROVE, 50);
      books.receive(waits);
      RetrainCommand over = command("nobody", "e-1");
      books.receive(over);

      String of = " WHERE model_id = 'a'";
      refuses("UPDATE retrain_commands SET state = 'QUEUED', state_revision = 2" + of);
      refuses("UPDATE retrain_commands SET state = 'SUBMITTED'" + of);
      refuses("UPDATE retrain_commands SET state = 'SUBMITTED', state_revision = 7" + of);
      refuses("UPDATE retrain_commands SET state = 'ODD', state_revision = 2" + of);
      refuses(
          "UPDATE retrain_commands SET state = 'SUCCEEDED', state_revision = 2, ended_at = now(),"
              + " new_version = '2', reserved_cost = 0 WHERE model_id = 'b'");
      refuses("UPDATE retrain_commands SET episode = 'e-9'" + of);
      refuses("UPDATE retrain_commands SET model_id = 'b'" + of);
      refuses(
          "UPDATE retrain_commands SET state = 'QUEUED', state_revision = 2, ended_at = NULL WHERE"
              + " model_id = 'nobody'");
      refuses("UPDATE retrain_commands SET tries = 9 WHERE model_id = 'nobody'");
      refuses("DELETE FROM retrain_commands");
      refuses("UPDATE retrain_status_changes SET state = 'GRANTED'");
      refuses("UPDATE retrain_costs SET amount = 0");
      refuses("UPDATE retrain_budgets SET cap = 49");
      refuses("UPDATE retrain_budgets SET spent = 990");
      refuses("UPDATE retrain_budgets SET reserved = 801");
      // A second one of a model that has an active one.
      refuses(copy("'command_id', gen_random_uuid(), 'episode', 'e-2'") + of);
      // The same cause under another id.
      refuses(copy("'command_id', gen_random_uuid()") + " WHERE model_id = 'nobody'");
      assertThat(books.one(WRONG)).isEqualTo("0");
    }
  }

  /**
   * One more line of the ledger, like another one but for some columns: all that can be written.
   */
  private static String copy(String but) throws SQLException {
    String columns =
        POSTGRES
            .query(
                PostgresDatabase.SUPERUSER,
                "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE"
                    + " table_schema = 'runway' AND table_name = 'retrain_commands' AND is_generated"
                    + " = 'NEVER'")
            .get(0)
            .get(0);
    return "INSERT INTO retrain_commands (%1$s) SELECT %1$s FROM (SELECT (jsonb_populate_record(c,"
            .formatted(columns)
        + " jsonb_build_object("
        + but
        + "))).* FROM retrain_commands AS c) AS n";
  }

  private static void refuses(String statement) {
    assertThatThrownBy(
            () ->
                POSTGRES.execute(PostgresDatabase.SUPERUSER, "SET search_path = runway", statement))
        .as(statement)
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> assertThat(e.getSQLState()).as(e.getMessage()).matches("23...|42501"));
  }
}
