package dev.runway.control.ledger;

import static dev.runway.control.ledger.LedgerFixture.by;
import static dev.runway.control.ledger.LedgerFixture.command;
import static dev.runway.control.ledger.LedgerFixture.manual;
import static dev.runway.control.ledger.LedgerFixture.rollback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.control.outbox.Change;
import dev.runway.model.EventTime;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus.State;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LedgerITCase {
  private static final String NOVEMBER = "2026-11-01";

  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private LedgerFixture books;

  @BeforeEach
  void open() throws SQLException {
    LedgerFixture.clean(POSTGRES);
    books = new LedgerFixture(POSTGRES);
    for (String model : new String[] {"a", "b", "c", "d"}) {
      books.model(model, "red", 2);
    }
    books.model("vip", "blue", 1);
  }

  @AfterEach
  void close() {
    books.close();
  }

  @Test
  void command_isGrantedOnce_withItsMoneyItsStatusAndItsEntry() throws SQLException {
    RetrainCommand command = command("a", "once");

    assertThat(books.receive(command)).isEqualTo(State.GRANTED);
    assertThat(books.ledger.receive(command, "topic:test")).isFalse();

    assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 50.00 0.00");
    assertThat(books.one("SELECT count(*) FROM runway.outbox")).isEqualTo("1");
    assertThat(books.one("SELECT count(*) FROM runway.retrain_status_changes")).isEqualTo("1");
    assertThat(
            books.one(
                "SELECT count(*) FROM runway.audit_log WHERE object = 'retrain:%s'"
                    .formatted(command.commandId())))
        .isEqualTo("1");
  }

  @Test
  void end_settlesWhatItHasCost_andReleasesTheRest() throws SQLException {
    RetrainCommand good = command("a", "e-1");
    RetrainCommand failed = command("b", "e-1");
    books.receive(good);
    books.receive(failed);

    books.succeed(good, 48.5);
    books.move(Move.of(failed.commandId(), State.FAILED, State.GRANTED).because("no nodes"));

    assertThat(books.budget(NOVEMBER)).isEqualTo("48.50 0.00 0.00");
    assertThat(books.column(good, "new_version")).isEqualTo("2");
    assertThat(books.column(good, "actual_cost")).isEqualTo("48.50");
    assertThat(
            books.one(
                "SELECT string_agg(kind || ' ' || amount, ', ' ORDER BY cost_id) FROM"
                    + " runway.retrain_costs WHERE command_id = '"
                    + good.commandId()
                    + "'"))
        .isEqualTo("RESERVED 50.00, RELEASED 50.00, SPENT 48.50");
  }

  @Test
  void costBeyondTheReserve_isSpentWhereThereIsRoom_andElseOverrun() throws SQLException {
    RetrainCommand dear = command("a", "e-1");
    RetrainCommand other = command("b", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 700);
    books.receive(dear);
    books.receive(other);

    books.succeed(dear, 130);

    // Other tiers than 1 have 800: 700 are reserved, so 100 are spent.
    assertThat(books.budget(NOVEMBER)).isEqualTo("100.00 700.00 30.00");
    assertThat(books.receive(command("c", "e-1"))).isEqualTo(State.QUEUED_BUDGET);
    // Of tier 1 there are 200 less what was overrun.
    RetrainCommand tier1 = command("vip", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 171);
    assertThat(books.receive(tier1)).isEqualTo(State.QUEUED_BUDGET);
  }

  @Test
  void furtherTrigger_isJoined_untilTheCoolDownEnds() throws SQLException {
    RetrainCommand first = command("a", "e-1");
    books.receive(first);
    RetrainCommand second = command("a", "e-2");
    assertThat(books.receive(second)).isEqualTo(State.REFUSED);
    assertThat(books.reason(second)).startsWith("joined: to " + first.commandId());

    books.succeed(first, 40);
    RetrainCommand third = command("a", "e-3");
    assertThat(books.receive(third)).isEqualTo(State.REFUSED);
    assertThat(books.reason(third)).startsWith("cool_down: joined to " + first.commandId());
    long until = books.coolsUntil(third);
    assertThat(until).isEqualTo(books.clock.instant().plus(Duration.ofDays(7)).toEpochMilli());
    assertThat(books.coolsUntil(second)).isEqualTo(EventTime.NONE);

    // A day is over, but the labels of what was deployed are due after the horizon of 7 days.
    books.clock.forward(Duration.ofDays(2));
    assertThat(books.receive(command("a", "e-4"))).isEqualTo(State.REFUSED);
    books.clock.forward(Duration.ofDays(5));
    // Whoever has waited as long as was said is not refused by it again.
    assertThat(books.clock.instant().toEpochMilli()).isEqualTo(until);
    assertThat(books.receive(command("a", "e-5"))).isEqualTo(State.GRANTED);
  }

  @Test
  void worseOne_breaksTheCoolDownOnce() throws SQLException {
    RetrainCommand first = command("a", "e-1");
    books.receive(first);
    books.succeed(first, 40);
    RetrainCommand worse = command("a", "e-2", 1, SeverityClass.HIGH, Mode.AUTO, 50);
    assertThat(books.receive(worse)).isEqualTo(State.GRANTED);
    books.succeed(worse, 40);

    RetrainCommand worst = command("a", "e-3", 1, SeverityClass.CRITICAL, Mode.AUTO, 50);
    assertThat(books.receive(worst)).isEqualTo(State.REFUSED);
    assertThat(books.reason(worst)).startsWith("cool_down: ");
  }

  @Test
  void nextAttemptOfAFailedEpisode_goesThroughTheCoolDown() throws SQLException {
    RetrainCommand first = command("a", "e-1");
    books.receive(first);
    books.move(Move.of(first.commandId(), State.FAILED, State.GRANTED).because("no nodes"));

    assertThat(books.receive(command("a", "e-2"))).isEqualTo(State.REFUSED);
    RetrainCommand again = command("a", "e-1", 2, SeverityClass.MEDIUM, Mode.AUTO, 50);
    assertThat(books.receive(again)).isEqualTo(State.GRANTED);
  }

  @Test
  void whatCannotBe_isRefusedWithItsReason() throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.models SET state = 'RETIRED', message = NULL WHERE model_id = 'd'",
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     message)
        VALUES ('k', 'c', 'KILL_SWITCH', 'KILL_SWITCH_ON', 1, 'ada', now(), 'm')
        """);
    assertRefused(command("nobody", "e-1"), "unknown_model");
    assertRefused(command("d", "e-1"), "retired_model");
    assertRefused(command("a", "e-1", 1, SeverityClass.LOW, Mode.ADVISE, 50), "advice_only");
    assertRefused(command("a", "e-2", 1, SeverityClass.LOW, Mode.AUTO, 801), "over_budget");
    assertRefused(command("c", "e-1"), "kill_switch");
    assertRefused(manual(Action.ROLLBACK, "a", "m-1", "0.9"), "unknown_version");
    assertRefused(manual(Action.CANCEL, "a", "m-2", "x"), "no_such_command");
    assertThat(books.receive(manual(Action.RETRAIN, "c", "m-3", null))).isEqualTo(State.GRANTED);
  }

  @Test
  void killSwitchOfATeam_refusesWhatJobsAskForItsModels_andNoOthers() throws SQLException {
    books.model("of-blue", "blue", 2);
    books.model("of-green", "green", 2);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, team, kind, action, revision, said_by, said_at,
                                     message)
        VALUES ('t', 'blue', 'KILL_SWITCH', 'KILL_SWITCH_ON', 1, 'ada', now(), 'm')
        """);
    RetrainCommand stopped = command("of-blue", "e-1");
    assertRefused(stopped, "kill_switch");
    assertThat(books.reason(stopped)).isEqualTo("kill_switch: of team blue");
    assertThat(books.receive(command("of-green", "e-1"))).isEqualTo(State.GRANTED);
    assertThat(books.receive(manual(Action.RETRAIN, "of-blue", "m-1", null)))
        .isEqualTo(State.GRANTED);
  }

  private void assertRefused(RetrainCommand command, String word) throws SQLException {
    assertThat(books.receive(command)).as(word).isEqualTo(State.REFUSED);
    assertThat(books.reason(command)).startsWith(word + ": ");
    assertThat(books.column(command, "reserved_cost")).isEqualTo("0.00");
  }

  @Test
  void fullFleet_queues_andWhateverEndsLetsTheNextOneGo() throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 1");
    RetrainCommand first = command("a", "e-1");
    RetrainCommand second = command("b", "e-1");
    RetrainCommand urgent = command("vip", "e-1");
    books.receive(first);
    assertThat(books.receive(second)).isEqualTo(State.QUEUED);
    assertThat(books.reason(second)).startsWith("fleet_cap: ");
    assertThat(books.receive(urgent)).isEqualTo(State.QUEUED);
    assertThat(books.settle()).isZero();

    books.succeed(first, 40);
    assertThat(books.settle()).isEqualTo(1);
    assertThat(books.state(urgent)).isEqualTo(State.GRANTED);
    assertThat(books.state(second)).isEqualTo(State.QUEUED);
  }

  @Test
  void whoeverWaitsForMoney_isGrantedInTheNextMonth_whichPaysForIt() throws SQLException {
    RetrainCommand large = command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 800);
    RetrainCommand next = command("b", "e-1");
    books.receive(large);
    assertThat(books.receive(next)).isEqualTo(State.QUEUED_BUDGET);
    assertThat(books.reason(next)).isEqualTo("budget: place 1, expected on 2026-12-01");
    assertThat(books.receive(command("vip", "e-1"))).isEqualTo(State.GRANTED);

    books.clock.set(Instant.parse("2026-11-30T23:59:59.999Z"));
    assertThat(books.settle()).isZero();
    books.clock.set(Instant.parse("2026-12-01T00:00:00Z"));
    assertThat(books.settle()).isEqualTo(1);
    books.succeed(large, 700);

    assertThat(books.state(next)).isEqualTo(State.GRANTED);
    assertThat(books.budget("2026-12-01")).isEqualTo("0.00 50.00 0.00");
    assertThat(books.budget(NOVEMBER)).isEqualTo("700.00 50.00 0.00");
  }

  @Test
  void deadline_endsTheWait() throws SQLException {
    books.receive(command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 800));
    RetrainCommand soon =
        new RetrainCommand(
            command("b", "e-1").cause(),
            command("b", "e-1").urgency(),
            Mode.AUTO,
            0,
            0,
            null,
            null,
            0,
            "{}".getBytes(StandardCharsets.UTF_8),
            50,
            LedgerFixture.START.toEpochMilli(),
            LedgerFixture.START.plusSeconds(60).toEpochMilli());
    assertThat(books.receive(soon)).isEqualTo(State.QUEUED_BUDGET);

    books.clock.forward(Duration.ofMinutes(1));
    assertThat(books.settle()).isEqualTo(1);
    assertThat(books.state(soon)).isEqualTo(State.REFUSED);
    assertThat(books.reason(soon)).startsWith("deadline_passed: ");
  }

  @Test
  void approvalThatDoesNotCome_isEscalatedForTier1_andOverForOthers() throws SQLException {
    RetrainCommand vip = command("vip", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    RetrainCommand other = command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    assertThat(books.receive(vip)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.receive(other)).isEqualTo(State.AWAITING_APPROVAL);

    books.clock.forward(Duration.ofMinutes(119));
    assertThat(books.settle()).isZero();
    books.clock.forward(Duration.ofMinutes(1));
    assertThat(books.settle()).isEqualTo(1);
    books.clock.forward(Duration.ofMinutes(72));
    assertThat(books.settle()).isEqualTo(1);
    books.clock.forward(Duration.ofDays(2));
    assertThat(books.settle()).isEqualTo(1);

    assertThat(books.column(vip, "escalations")).isEqualTo("2");
    assertThat(books.state(vip)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.state(other)).isEqualTo(State.REFUSED);
    assertThat(books.reason(other)).startsWith("approval_expired: ");
  }

  @Test
  void worseOne_takesThePlaceOfWhatWaits() throws SQLException {
    RetrainCommand held = command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    RetrainCommand worse = command("a", "e-2", 1, SeverityClass.HIGH, Mode.APPROVE, 50);
    books.receive(held);
    assertThat(books.receive(command("a", "e-3"))).isEqualTo(State.REFUSED);
    assertThat(books.receive(worse)).isEqualTo(State.AWAITING_APPROVAL);

    assertThat(books.state(held)).isEqualTo(State.CANCELLED);
    assertThat(books.reason(held)).isEqualTo("superseded: by " + worse.commandId());
  }

  /** Where it matters most: something is wrong, and the month's money and all places are gone. */
  @Test
  void wayBack_isGrantedWithoutMoneyAndWithoutAPlace() throws SQLException {
    version("a", "0.9");
    version("vip", "0.9");
    books.receive(command("b", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 800));
    books.receive(command("vip", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 200));
    books.handedIn(command("vip", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 200));
    RetrainCommand training = command("d", "e-1");
    books.model("vip-2", "blue", 1);
    RetrainCommand first = command("vip-2", "e-1");
    assertThat(books.receive(first)).isEqualTo(State.QUEUED_BUDGET);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 2");
    RetrainCommand back = rollback("a", "e-2", SeverityClass.HIGH);

    assertThat(books.receive(back)).isEqualTo(State.GRANTED);

    assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 1000.00 0.00");
    assertThat(books.column(back, "reserved_cost")).isEqualTo("0.00");
    assertThat(books.column(back, "estimated_cost")).isEqualTo("50.00");
    RetrainCommand busy = rollback("vip", "e-2", SeverityClass.HIGH);
    assertThat(books.receive(busy)).isEqualTo(State.QUEUED);
    assertThat(books.reason(busy)).startsWith("model_busy: ");
    assertThat(books.receive(training)).isEqualTo(State.QUEUED);

    books.succeed(back, Double.NaN);
    assertThat(books.budget(NOVEMBER)).as("it cost nothing").isEqualTo("0.00 1000.00 0.00");
    books.succeed(command("vip", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 200), 200);
    books.settle();
    assertThat(books.state(busy)).isEqualTo(State.GRANTED);
    assertThat(books.state(first)).isEqualTo(State.QUEUED_BUDGET);
  }

  /** What serves is worse than what it replaced: a training is not waited for until it may be. */
  @Test
  void wayBack_asksForTheEndOfATrainingThatIsLessUrgent() throws SQLException {
    for (String model : new String[] {"a", "b", "c", "d"}) {
      version(model, "0.9");
    }
    RetrainCommand lower = command("a", "e-1");
    RetrainCommand asBad = command("b", "e-1", 1, SeverityClass.HIGH, Mode.AUTO, 50);
    RetrainCommand persons = manual(Action.RETRAIN, "c", "m-1", null);
    RetrainCommand notYet = command("d", "e-1");
    for (RetrainCommand training : new RetrainCommand[] {lower, asBad, persons}) {
      books.receive(training);
      books.handedIn(training);
    }
    books.receive(notYet);
    RetrainCommand back = rollback("a", "e-2", SeverityClass.HIGH);
    assertThat(books.receive(back)).isEqualTo(State.QUEUED);
    books.receive(rollback("b", "e-2", SeverityClass.HIGH));
    books.receive(rollback("c", "e-2", SeverityClass.CRITICAL));
    RetrainCommand atOnce = rollback("d", "e-2", SeverityClass.HIGH);
    books.receive(atOnce);

    assertThat(books.column(lower, "cancel_asked_by")).isEqualTo("rollback:" + back.commandId());
    assertThat(books.column(asBad, "cancel_asked_by")).isNull();
    assertThat(books.column(persons, "cancel_asked_by")).isNull();
    assertThat(books.state(notYet)).as("no scheduler had it").isEqualTo(State.CANCELLED);
    books.settle();
    assertThat(books.state(atOnce)).isEqualTo(State.GRANTED);
    RetrainCommand byPerson = manual(Action.ROLLBACK, "c", "m-2", "0.9");
    books.receive(byPerson);
    assertThat(books.column(persons, "cancel_asked_by"))
        .isEqualTo("rollback:" + byPerson.commandId());

    books.move(
        Move.of(lower.commandId(), State.CANCELLED, State.SUBMITTED).because("cancelled: x"));
    books.settle();
    assertThat(books.state(back)).isEqualTo(State.GRANTED);
  }

  @Test
  void wayBack_hasADayAtMost() throws SQLException {
    books.model("slow", "red", 4);
    version("slow", "0.9");
    version("vip", "0.9");
    books.receive(rollback("slow", "e-1", SeverityClass.HIGH));
    books.receive(rollback("vip", "e-1", SeverityClass.HIGH));
    books.model("slow-too", "red", 4);
    books.receive(command("slow-too", "e-1"));

    assertThat(
            books.one(
                "SELECT string_agg(model_id || ' ' || within_seconds / 3600, ', ' ORDER BY model_id)"
                    + " FROM runway.v_retrain_sla"))
        .isEqualTo("slow 24, slow-too 168, vip 4");
  }

  /** One that an older release let wait for money goes as those that come now do. */
  @Test
  void wayBackThatWaitedForMoney_isLetGo() throws SQLException {
    version("a", "0.9");
    RetrainCommand held = rollback("a", "e-1", SeverityClass.HIGH);
    RetrainCommand active = command("a", "e-0", 1, SeverityClass.MEDIUM, Mode.AUTO, 800);
    books.receive(active);
    books.handedIn(active);
    assertThat(books.receive(held)).isEqualTo(State.QUEUED);
    books.move(Move.of(held.commandId(), State.QUEUED_BUDGET, State.QUEUED).because("budget: x"));
    books.succeed(active, 800);

    books.settle();

    assertThat(books.state(held)).isEqualTo(State.GRANTED);
    assertThat(books.column(held, "reserved_cost")).isEqualTo("0.00");
  }

  /** The queue looks at the clock, and then a month ends before the command is moved. */
  @Test
  void monthThatEndsBetweenTwoLooks_paysForWhatItGranted() throws SQLException {
    RetrainCommand queued = command("a", "e-1");
    RetrainCommand held = command("b", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 0");
    books.receive(queued);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 50");
    Instant last = Instant.parse("2026-11-30T23:59:59.999Z");
    Instant next = Instant.parse("2026-12-01T00:00:00Z");

    books.clock.set(last);
    books.clock.after(2, next); // The look at what was left out, and that of the queue.
    assertThat(books.ledger.step()).isTrue();
    assertThat(books.state(queued)).isEqualTo(State.GRANTED);
    assertThat(books.column(queued, "budget_month")).isEqualTo(NOVEMBER);

    books.clock.set(last);
    books.receive(held);
    books.clock.after(1, next);
    books.database.write(
        sql -> {
          Books.lock(sql);
          books.ledger.release(new Change(sql, "ada", "r-1"), held.commandId());
          return true;
        });
    assertThat(books.state(held)).isEqualTo(State.GRANTED);
    assertThat(books.column(held, "budget_month")).isEqualTo(NOVEMBER);
    assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 100.00 0.00");
  }

  @Test
  void wayBack_andRetrain_waitBesideEachOther() throws SQLException {
    version("a", "0.9");
    books.receive(command("a", "e-0"));
    books.handedIn(command("a", "e-0"));
    RetrainCommand back = rollback("a", "e-1", SeverityClass.HIGH);
    RetrainCommand worse = command("a", "e-2", 1, SeverityClass.CRITICAL, Mode.AUTO, 50);
    RetrainCommand lower = command("a", "e-3");
    assertThat(books.receive(back)).isEqualTo(State.QUEUED);

    assertThat(books.receive(worse)).isEqualTo(State.QUEUED);
    assertThat(books.state(back)).isEqualTo(State.QUEUED);
    assertThat(books.receive(lower)).isEqualTo(State.REFUSED);
    assertThat(books.reason(lower)).startsWith("joined: to " + worse.commandId());
    RetrainCommand other = rollback("a", "e-4", SeverityClass.LOW);
    assertThat(books.receive(other)).isEqualTo(State.QUEUED);
    assertThat(books.reason(back)).isEqualTo("superseded: by " + other.commandId());
    assertThat(books.state(worse)).isEqualTo(State.QUEUED);
  }

  @Test
  void noJob_takesThePlaceOfAPersonsCommand() throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 0");
    RetrainCommand asked = manual(Action.RETRAIN, "a", "m-1", null);
    RetrainCommand worse = command("a", "e-1", 1, SeverityClass.CRITICAL, Mode.APPROVE, 50);
    assertThat(books.receive(asked)).isEqualTo(State.QUEUED);
    assertThat(books.receive(worse)).isEqualTo(State.REFUSED);
    assertThat(books.reason(worse)).startsWith("joined: to " + asked.commandId());

    RetrainCommand anew = manual(Action.RETRAIN, "a", "m-2", null);
    assertThat(books.receive(anew)).isEqualTo(State.QUEUED);
    assertThat(books.state(asked)).isEqualTo(State.CANCELLED);
  }

  @Test
  void commandOfALowerTier_waitsForAPersonOnceTheModelIsOfTier1() throws SQLException {
    RetrainCommand early = by("p", 2, command("vip", "e-1"));
    assertThat(books.receive(early)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.column(early, "approvals_needed")).isEqualTo("1");
    assertThat(books.receive(by("p", 3, command("a", "e-1")))).isEqualTo(State.GRANTED);
    assertThat(books.receive(manual(Action.RETRAIN, "vip", "m-1", null))).isEqualTo(State.GRANTED);
  }

  /** Also one that waits in the queue while its model comes to be of tier 1. */
  @Test
  void commandInTheQueue_waitsForAPersonOnceTheModelIsOfTier1() throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 1");
    RetrainCommand first = by("p", 2, command("a", "e-1"));
    RetrainCommand byJob = by("p", 2, command("b", "e-1"));
    RetrainCommand byPerson = manual(Action.RETRAIN, "c", "m-1", null);
    RetrainCommand approved = command("d", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    for (RetrainCommand command : new RetrainCommand[] {first, byJob, byPerson, approved}) {
      books.receive(command);
    }
    approve(approved);
    assertThat(books.state(byJob)).isEqualTo(State.QUEUED);
    assertThat(books.state(byPerson)).isEqualTo(State.QUEUED);
    assertThat(books.state(approved)).isEqualTo(State.QUEUED);

    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.models SET tier = 1");
    assertThat(books.settle()).isEqualTo(1);

    assertThat(books.state(byJob)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.column(byJob, "approvals_needed")).isEqualTo("1");
    assertThat(books.reason(byJob)).isEqualTo("approval: a person has to approve");
    assertThat(books.state(byPerson)).as("a person knows").isEqualTo(State.QUEUED);
    assertThat(books.state(approved)).as("a person has looked").isEqualTo(State.QUEUED);

    approve(byJob);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 9");
    books.settle();
    assertThat(books.state(byJob)).as("and is held once").isEqualTo(State.GRANTED);
    assertThat(books.state(byPerson)).isEqualTo(State.GRANTED);
    assertThat(books.state(approved)).isEqualTo(State.GRANTED);
    assertThat(books.state(first)).as("has its grant").isEqualTo(State.GRANTED);
  }

  @Test
  void tokensCommand_takesTwoPersons_andAPersonsOneMore() throws SQLException {
    LedgerRules rules = LedgerFixture.RULES;
    LedgerRules fourEyes =
        new LedgerRules(
            rules.cooldown(),
            rules.ageing(),
            rules.monthlyBudget(),
            rules.tier1Reserve(),
            rules.escalateAfter(),
            rules.approvalWait(),
            true,
            rules.leastCost());
    try (LedgerFixture strict = new LedgerFixture(POSTGRES, fourEyes, Steps.NONE)) {
      RetrainCommand byToken = manual(Action.RETRAIN, "vip", "m-1", null);
      strict.ledger.receive(byToken, "token:x");
      assertThat(strict.column(byToken, "approvals_needed")).isEqualTo("2");
      RetrainCommand byPerson = manual(Action.RETRAIN, "vip", "m-2", null);
      strict.ledger.receive(byPerson, "user:ada");
      assertThat(strict.column(byPerson, "approvals_needed")).isEqualTo("1");
    }
  }

  /** Anybody can have any number of tokens: a machine is held by what holds a job. */
  @Test
  void tokensCommand_isHeldWhereAPersonsGoes() throws SQLException {
    RetrainCommand low = command("b", "e-1", 1, SeverityClass.LOW, Mode.AUTO, 50);
    books.receive(low);
    books.succeed(low, 40);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     message)
        VALUES ('k', 'c', 'KILL_SWITCH', 'KILL_SWITCH_ON', 1, 'ada', now(), 'm')
        """);

    RetrainCommand ofTier1 = byToken("vip");
    assertThat(books.state(ofTier1)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.column(ofTier1, "approvals_needed || ' ' || by_person")).isEqualTo("1 false");
    assertThat(books.reason(byToken("c"))).startsWith("kill_switch: ");
    assertThat(books.reason(byToken("b"))).startsWith("cool_down: ");
    assertThat(books.state(byToken("a"))).isEqualTo(State.GRANTED);

    for (String model : new String[] {"vip", "c", "b"}) {
      RetrainCommand byPerson = manual(Action.RETRAIN, model, "m-2", null);
      assertThat(books.receive(byPerson)).as(model).isEqualTo(State.GRANTED);
      assertThat(books.column(byPerson, "by_person")).isEqualTo("t");
    }
  }

  /** Severe by its own word alone. */
  private RetrainCommand byToken(String model) {
    return byToken(Action.RETRAIN, model, null);
  }

  private RetrainCommand byToken(Action action, String model, String target) {
    RetrainCommand plain = manual(action, model, "m-1", target);
    RetrainCommand command =
        new RetrainCommand(
            plain.cause(),
            new RetrainCommand.Urgency(4, 1, SeverityClass.HIGH, 0),
            plain.mode(),
            plain.wave(),
            plain.generation(),
            plain.decisionId(),
            plain.policy(),
            plain.policyVersion(),
            plain.evidence(),
            plain.estimatedCost(),
            plain.issuedAtMillis(),
            plain.deadlineAtMillis());
    books.ledger.receive(command, "token:ci");
    return command;
  }

  /** What nobody measured waits for a person, perhaps for ever; what a job measured does not. */
  @Test
  void tokensCommandThatWaits_givesItsPlaceToWhatAJobMeasured() throws SQLException {
    RetrainCommand waits = byToken("vip");
    assertThat(books.state(waits)).isEqualTo(State.AWAITING_APPROVAL);
    RetrainCommand lower = by("p", 1, command("vip", "e-1", 1, SeverityClass.LOW, Mode.AUTO, 50));

    assertThat(books.receive(lower)).isEqualTo(State.GRANTED);

    assertThat(books.state(waits)).isEqualTo(State.CANCELLED);
    assertThat(books.reason(waits)).isEqualTo("superseded: by " + lower.commandId());
    RetrainCommand active = byToken("a");
    books.handedIn(active);
    RetrainCommand covered = command("a", "e-1");
    assertThat(books.receive(covered)).isEqualTo(State.REFUSED);
    assertThat(books.reason(covered)).startsWith("joined: to " + active.commandId());
  }

  @Test
  void tokensTraining_endsForAJobsWayBack_andNoJobsForATokens() throws SQLException {
    version("a", "0.9");
    version("b", "0.9");
    RetrainCommand unmeasured = byToken("a");
    books.handedIn(unmeasured);
    RetrainCommand back = rollback("a", "e-1", SeverityClass.LOW);
    books.receive(back);
    assertThat(books.column(unmeasured, "cancel_asked_by"))
        .isEqualTo("rollback:" + back.commandId());

    RetrainCommand measured = command("b", "e-1", 1, SeverityClass.LOW, Mode.AUTO, 50);
    books.receive(measured);
    books.handedIn(measured);
    RetrainCommand byToken = manual(Action.ROLLBACK, "b", "m-1", "0.9");
    books.ledger.receive(byToken, "token:ci");
    assertThat(books.state(byToken)).isEqualTo(State.QUEUED);
    assertThat(books.column(measured, "cancel_asked_by")).isNull();

    RetrainCommand measuredBack = rollback("a", "e-2", SeverityClass.CRITICAL);
    books.ledger.receive(manual(Action.ROLLBACK, "a", "m-2", "0.9"), "token:ci");
    assertThat(books.state(back))
        .as("a machine's way back waits behind it")
        .isEqualTo(State.QUEUED);
    books.receive(measuredBack);
    assertThat(books.reason(back)).isEqualTo("superseded: by " + measuredBack.commandId());
  }

  /** Persons stand behind what they have approved, whoever asked for it. */
  @Test
  void tokensCommandThatIsApproved_keepsItsPlaceBeforeALowerOne() throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 0");
    RetrainCommand approved = byToken("vip");
    approve(approved);
    assertThat(books.state(approved)).isEqualTo(State.QUEUED);

    RetrainCommand lower = by("p", 1, command("vip", "e-1", 1, SeverityClass.LOW, Mode.AUTO, 50));

    assertThat(books.receive(lower)).isEqualTo(State.REFUSED);
    assertThat(books.reason(lower)).startsWith("joined: to " + approved.commandId());
  }

  /** What persons have approved counts by its own class, for a way back as well. */
  @Test
  void tokensCommandThatIsApproved_isNoLessThanAJobs_whereAWayBackIsWanted() throws SQLException {
    version("vip", "0.9");
    version("a", "0.9");
    RetrainCommand approved = byToken("vip");
    approve(approved);
    assertThat(books.state(approved)).isEqualTo(State.GRANTED);
    books.handedIn(approved);
    books.receive(rollback("vip", "e-1", SeverityClass.LOW));
    assertThat(books.column(approved, "cancel_asked_by")).isNull();
    RetrainCommand critical = rollback("vip", "e-2", SeverityClass.CRITICAL);
    books.receive(critical);
    assertThat(books.column(approved, "cancel_asked_by"))
        .isEqualTo("rollback:" + critical.commandId());

    POSTGRES.execute(
        PostgresDatabase.SUPERUSER, "UPDATE runway.models SET tier = 1 WHERE model_id = 'a'");
    RetrainCommand low = by("p", 1, command("a", "e-1", 1, SeverityClass.LOW, Mode.AUTO, 50));
    books.receive(low);
    books.handedIn(low);
    RetrainCommand back = byToken(Action.ROLLBACK, "a", "0.9");
    assertThat(books.state(back)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.column(low, "cancel_asked_by")).isNull();
    approve(back);
    assertThat(books.column(low, "cancel_asked_by")).isEqualTo("rollback:" + back.commandId());
  }

  /** As the API does when a person says so. */
  private void approve(RetrainCommand command) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "INSERT INTO runway.retrain_approvals"
            + " (command_id, approval_round, said_by, verdict, evidence_hash, said_at)"
            + " SELECT command_id, approval_round, 'ada', 'APPROVE', repeat('0', 64), now()"
            + " FROM runway.retrain_commands WHERE command_id = '%s'"
                .formatted(command.commandId()));
    release(command);
  }

  /** A kill switch held it when it was approved; a training that began before goes on. */
  @Test
  void wayBackThatWasHeld_asksForTheEndOfATrainingWhenItIsNoMore() throws SQLException {
    version("a", "0.9");
    RetrainCommand training = command("a", "e-0");
    books.receive(training);
    books.handedIn(training);
    RetrainCommand back = byPerson(rollback("a", "e-1", SeverityClass.HIGH));
    assertThat(books.receive(back)).isEqualTo(State.AWAITING_APPROVAL);
    killSwitch("KILL_SWITCH_ON");
    release(back);
    assertThat(books.reason(back)).startsWith("kill_switch: ");
    assertThat(books.settle()).isZero();
    assertThat(books.column(training, "cancel_asked_by")).isNull();

    killSwitch("KILL_SWITCH_OFF");

    assertThat(books.settle()).isEqualTo(1);
    assertThat(books.column(training, "cancel_asked_by")).isEqualTo("rollback:" + back.commandId());
    books.move(
        Move.of(training.commandId(), State.CANCELLED, State.SUBMITTED).because("cancelled: x"));
    books.settle();
    assertThat(books.state(back)).isEqualTo(State.GRANTED);
  }

  /** The same of a policy that wants a person. */
  private static RetrainCommand byPerson(RetrainCommand back) {
    return new RetrainCommand(
        back.cause(),
        back.urgency(),
        Mode.APPROVE,
        back.wave(),
        back.generation(),
        back.decisionId(),
        back.policy(),
        back.policyVersion(),
        back.evidence(),
        back.estimatedCost(),
        back.issuedAtMillis(),
        back.deadlineAtMillis());
  }

  private static void killSwitch(String action) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     message)
        VALUES ('k', 'a', 'KILL_SWITCH', '%s', 1, 'ada', now(), 'm')
        ON CONFLICT (record_key) DO UPDATE SET action = excluded.action
        """
            .formatted(action));
  }

  private void release(RetrainCommand command) {
    books.database.write(
        sql -> {
          Books.lock(sql);
          books.ledger.release(new Change(sql, "ada", "r-1"), command.commandId());
          return true;
        });
  }

  /**
   * A dispatcher that ends a training holds its row and then wants the month; so whoever asks for
   * its end waits for the row before it has the month, and neither waits for ever.
   */
  @Test
  void wayBack_waitsForTheRowOfTheTraining_beforeItHoldsTheMonth() throws Exception {
    version("a", "0.9");
    RetrainCommand training = command("a", "e-0");
    books.receive(training);
    books.handedIn(training);
    RetrainCommand back = rollback("a", "e-1", SeverityClass.HIGH);
    CompletableFuture<Boolean> asked;
    try (Connection dispatcher = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        Statement statement = dispatcher.createStatement()) {
      dispatcher.setAutoCommit(false);
      statement.execute(
          "SELECT state FROM runway.retrain_commands WHERE command_id = '%s' FOR UPDATE"
              .formatted(training.commandId()));
      asked = CompletableFuture.supplyAsync(() -> books.ledger.receive(back, "topic:test"));
      await()
          .atMost(Waits.LONG)
          .until(
              () ->
                  asked.isDone()
                      || !POSTGRES
                          .query(
                              PostgresDatabase.SUPERUSER,
                              "SELECT pid FROM pg_locks WHERE NOT granted")
                          .isEmpty());
      assertThat(asked).isNotDone();

      statement.execute("SELECT cap FROM runway.retrain_budgets FOR UPDATE NOWAIT");

      dispatcher.rollback();
    }
    assertThat(asked.get(5, TimeUnit.MINUTES)).isTrue();
    assertThat(books.column(training, "cancel_asked_by")).isEqualTo("rollback:" + back.commandId());
  }

  /** A person is let go beside one that may still run, and knows it; a grant is no training. */
  @Test
  void trainingThatMayStillRun_isToldToAPerson_andForgottenByNoGrantThatNeverWentOut()
      throws SQLException {
    RetrainCommand first = command("a", "e-1");
    books.receive(first);
    books.handedIn(first);
    books.move(
        Move.of(first.commandId(), State.TIMED_OUT, State.SUBMITTED)
            .because("too_long: x")
            .mayStillRun());
    RetrainCommand persons = manual(Action.RETRAIN, "a", "m-1", null);
    assertThat(books.receive(persons)).isEqualTo(State.GRANTED);
    assertThat(books.reason(persons))
        .isEqualTo("unclear_before: " + first.commandId() + " may still run");
    books.move(
        Move.of(persons.commandId(), State.CANCELLED, State.GRANTED).because("cancelled: x"));

    RetrainCommand next = command("a", "e-1", 2, SeverityClass.MEDIUM, Mode.AUTO, 50);

    assertThat(books.receive(next)).isEqualTo(State.AWAITING_APPROVAL);
    assertThat(books.reason(next)).startsWith("unclear_before: " + first.commandId());
  }

  /** It is what an approver has to know before all. */
  @Test
  void escalation_keepsWhatMayStillRun() throws SQLException {
    RetrainCommand first = command("vip", "e-1");
    books.receive(first);
    books.handedIn(first);
    books.move(
        Move.of(first.commandId(), State.TIMED_OUT, State.SUBMITTED)
            .because("too_long: x")
            .mayStillRun());
    RetrainCommand next = command("vip", "e-1", 2, SeverityClass.MEDIUM, Mode.AUTO, 50);
    assertThat(books.receive(next)).isEqualTo(State.AWAITING_APPROVAL);

    for (int i = 0; i < 2; i++) {
      books.clock.forward(Duration.ofHours(2));
      assertThat(books.settle()).isEqualTo(1);
    }

    assertThat(books.reason(next))
        .startsWith(
            "escalated: nobody has approved, told the 2. time; unclear_before: "
                + first.commandId())
        .endsWith("then approve or reject");
  }

  @Test
  void coolDownOfAnOlderRelease_lastsAYearAtMost() throws SQLException {
    books.policy("eternal", "P1000000000D");
    RetrainCommand command = by("eternal", 1, command("a", "e-1"));

    assertThat(books.receive(command)).isEqualTo(State.GRANTED);
    assertThat(
            books.one(
                "SELECT date_part('day', ends_at - started_at) FROM runway.retrain_cooldowns WHERE"
                    + " model_id = 'a'"))
        .isEqualTo("366");
  }

  @Test
  void commandThatCannotBeMoved_stopsNobodyElse_andIsTriedAgain() throws SQLException {
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 0");
    books.policy("broken", "no time");
    RetrainCommand first =
        by("broken", 1, command("a", "e-1", 1, SeverityClass.HIGH, Mode.AUTO, 50));
    RetrainCommand behind = command("b", "e-1");
    books.receive(first);
    books.clock.forward(Duration.ofMinutes(1));
    books.receive(behind);

    POSTGRES.execute(PostgresDatabase.SUPERUSER, "UPDATE runway.retrain_caps SET cap = 50");
    assertThat(books.settle()).isEqualTo(2);
    assertThat(books.state(first)).isEqualTo(State.QUEUED);
    assertThat(books.state(behind)).isEqualTo(State.GRANTED);
    assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 50.00 0.00");

    books.policy("broken", "PT1H");
    assertThat(books.settle()).isZero();
    books.clock.forward(Duration.ofMinutes(1));
    assertThat(books.settle()).isEqualTo(1);
    assertThat(books.state(first)).isEqualTo(State.GRANTED);
  }

  @Test
  void timeForWhichTheSchedulerWasBusy_isNoRunningTime() throws SQLException {
    RetrainCommand command = command("a", "e-1");
    UUID id = command.commandId();
    books.receive(command);
    books.move(Move.of(id, State.SUBMITTED, State.GRANTED));
    assertThat(books.column(command, "submitted_at")).isNotNull();
    books.move(Move.of(id, State.GRANTED, State.SUBMITTED).because("busy: no place"));
    assertThat(books.column(command, "submitted_at")).isNull();

    books.clock.forward(Duration.ofHours(13));
    books.move(Move.of(id, State.SUBMITTED, State.GRANTED));
    books.clock.forward(Duration.ofMinutes(1));
    books.move(Move.of(id, State.UNKNOWN, State.SUBMITTED));
    books.move(Move.of(id, State.SUBMITTED, State.UNKNOWN));
    assertThat(
            books.one(
                "SELECT submitted_at = timestamptz '2026-11-27T01:00:00Z' FROM"
                    + " runway.retrain_commands WHERE model_id = 'a'"))
        .isEqualTo("t");
  }

  @Test
  void cancellation_endsWhatNoSchedulerHas_andAsksForTheRest() throws SQLException {
    RetrainCommand granted = command("a", "e-1");
    RetrainCommand running = command("b", "e-1");
    books.receive(granted);
    books.receive(running);
    books.move(Move.of(running.commandId(), State.SUBMITTED, State.GRANTED));

    RetrainCommand first = manual(Action.CANCEL, "a", "m-1", granted.commandId().toString());
    RetrainCommand second = manual(Action.CANCEL, "b", "m-1", running.commandId().toString());
    assertThat(books.receive(first)).isEqualTo(State.SUCCEEDED);
    assertThat(books.receive(second)).isEqualTo(State.SUCCEEDED);

    assertThat(books.state(granted)).isEqualTo(State.CANCELLED);
    assertThat(books.state(running)).isEqualTo(State.SUBMITTED);
    assertThat(books.column(running, "cancel_asked_at")).isNotNull();
    assertThat(books.budget(NOVEMBER)).isEqualTo("0.00 50.00 0.00");
  }

  @Test
  void dispatcherOfAnOlderEpoch_changesNothing() throws SQLException {
    RetrainCommand command = command("a", "e-1");
    books.receive(command);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER, "UPDATE runway.dispatch_lease SET epoch = 2, owner = 'new'");
    Move move = Move.of(command.commandId(), State.SUBMITTED, State.GRANTED);

    assertThatThrownBy(() -> books.move(move.under(1))).isInstanceOf(Fenced.class);
    assertThat(books.state(command)).isEqualTo(State.GRANTED);
    assertThat(books.move(move.under(2))).isTrue();
    assertThat(books.move(move.under(2))).isFalse();
    assertThat(books.column(command, "lease_epoch")).isEqualTo("2");
    assertThat(books.column(command, "tries")).isEqualTo("1");
  }

  @Test
  void approval_whereThereIsNoMoneyLeft_queues() throws SQLException {
    RetrainCommand held = command("b", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    books.receive(command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.AUTO, 800));
    books.receive(held);

    books.database.write(
        sql -> {
          Books.lock(sql);
          books.ledger.release(new Change(sql, "ada", "r-1"), held.commandId());
          return true;
        });

    assertThat(books.state(held)).isEqualTo(State.QUEUED_BUDGET);
  }

  @Test
  void slaClock_leavesOutTheWaitForAPerson() throws SQLException {
    RetrainCommand held = command("a", "e-1", 1, SeverityClass.MEDIUM, Mode.APPROVE, 50);
    books.clock.forward(Duration.ofMinutes(2));
    books.receive(held);
    books.clock.forward(Duration.ofHours(20));
    books.move(Move.of(held.commandId(), State.QUEUED, State.AWAITING_APPROVAL));
    books.clock.forward(Duration.ofMinutes(3));
    books.settle();
    books.clock.forward(Duration.ofMinutes(5));
    books.move(Move.of(held.commandId(), State.ACCEPTED, State.GRANTED));

    assertThat(
            books.one(
                "SELECT person_seconds || ' ' || clock_seconds || ' ' || missed FROM"
                    + " runway.v_retrain_sla"))
        .isEqualTo("72000 600 false");
  }

  @Test
  void ratios_countWhatWasOfUse() throws SQLException {
    RetrainCommand used = command("a", "e-1");
    RetrainCommand unused = command("b", "e-1");
    books.receive(used);
    books.receive(unused);
    books.receive(command("nobody", "e-1"));
    books.succeed(used, 40);
    books.succeed(unused, 40);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics,
            hyperparameters, features, created_by) VALUES ('a', '2', 1, 'LIVE', '{}', '{}', '{}', 'ada')
        """,
        """
        INSERT INTO runway.deployments (model_id, version, environment, role, share, revision,
            created_by, started_at)
        VALUES ('a', '2', 'production', 'PRIMARY', 1, 1, 'ada', '2026-11-26T18:00:00Z')
        """,
        performance("1", "2026-11-26T12:00:00Z", 0.4),
        performance("1", "2026-11-26T18:00:00Z", 9),
        performance("2", "2026-11-26T18:00:00Z", 0.3));

    assertThat(
            books.one(
                "SELECT issued || ' ' || ran || ' ' || deployed || ' ' || success_ratio || ' ' ||"
                    + " waste_ratio || ' ' || improved_ratio FROM runway.v_retrain_ratios"
                    + " WHERE tier = 2"))
        .isEqualTo("2 2 1 1 0.5 1");
    assertThat(
            books.one(
                "SELECT before || ' ' || after FROM runway.v_retrain_outcomes WHERE improved"))
        .isEqualTo("0.4 0.3");
  }

  private static void version(String model, String version) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.model_versions (model_id, version, revision, state, metrics,
            hyperparameters, features, created_by)
        VALUES ('%s', '%s', 1, 'LIVE', '{}', '{}', '{}', 'ada')
        """
            .formatted(model, version));
  }

  /** A final window of an hour from a time on. */
  private static String performance(String version, String start, double loss) {
    return """
    INSERT INTO runway.performance (model_id, model_version, task, segment, variant,
        window_start_at, window_end_at, metric, value, samples, effective_samples, maturity,
        estimated, revision, computed_at)
    VALUES ('a', '%1$s', 'BINARY', '*', '*', '%2$s', '%2$s'::timestamptz + interval '1 hour',
        'log_loss', %3$s, 10, 10, 'FINAL', false, 1, now())
    """
        .formatted(version, start, loss);
  }
}
