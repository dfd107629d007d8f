package dev.runway.retraintrigger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainStatus;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.ledger.LedgerSchedule.Arrival;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A schedule carried out: the job and the ledger, tick by tick, until nothing waits any more. */
final class LedgerRun {
  /** Behind the schedule. */
  private static final int DRAIN_TICKS = 4_700;

  private static final Set<ModelState> MAY_COMMAND =
      EnumSet.of(ModelState.STALE, ModelState.RETRAINING);

  /** What happens to the job in the middle. */
  enum Fate {
    NONE,
    OLD_SAVEPOINT,
    EMPTY_STATE,
    SECOND_COPY
  }

  final SlimLedger ledger;
  final LedgerBooks books;

  /** Of all models, at any time. */
  final Set<ModelState> states = EnumSet.noneOf(ModelState.class);

  final Set<Action> actions = EnumSet.noneOf(Action.class);
  final Set<Hold> holds = EnumSet.noneOf(Hold.class);

  /** What decisions were made from. */
  final Set<Signal> signals = EnumSet.noneOf(Signal.class);

  /** Commands that were sent once more, for causes that the ledger knew. */
  int sentAgain;

  private final LedgerSchedule schedule;
  private final Fate fate;
  private final String where;
  private final boolean doubled;
  private final int savedAt;
  private final int startsAgainAt;
  private final Map<Integer, List<Arrival>> arrivals = new HashMap<>();

  /** By the tick at which they are read. */
  private final Map<Integer, List<RetrainStatus>> statuses = new HashMap<>();

  private final List<JobCopy> jobs = new ArrayList<>();
  private final List<RetrainCommand> ofOldCauses = new ArrayList<>();
  private int said;

  /**
   * @param order null for the order of time; else all arrives twice, shuffled, up to a tick late
   */
  LedgerRun(LedgerSchedule schedule, Fate fate, @Nullable Random order) {
    this.schedule = schedule;
    this.fate = fate;
    where = "seed " + schedule.seed + ", " + fate + ", " + schedule.length;
    doubled = order != null || schedule.seed % 2 == 1;
    savedAt = schedule.length.savedAt(schedule.seed);
    startsAgainAt = schedule.length.startsAgainAt(schedule.seed);
    ledger =
        new SlimLedger(
            schedule.seed,
            schedule.cap,
            schedule.budget,
            schedule.cooldownMillis,
            schedule.monthMillis);
    books = new LedgerBooks(where, schedule.cap, schedule.budget, schedule.monthMillis);
    jobs.add(new JobCopy(schedule));
    for (Arrival arrival : schedule.arrivals) {
      arrives(arrival, order == null ? 0 : order.nextInt(2));
      if (order != null) {
        arrives(arrival, order.nextInt(2));
      }
    }
    if (order != null) {
      arrivals.values().forEach(list -> Collections.shuffle(list, order));
    }
  }

  private void arrives(Arrival arrival, int late) {
    arrivals.computeIfAbsent(arrival.tick() + late, any -> new ArrayList<>()).add(arrival);
  }

  void carryOut() {
    SortedMap<String, byte[]> saved = jobs.get(0).savepoint();
    for (int tick = 1; tick <= schedule.length.ticks; tick++) {
      for (JobCopy job : jobs) {
        read(job, tick);
        told(tick).forEach(job::take);
        for (RetrainCommand command : job.tick(tick)) {
          actions.add(command.cause().action());
          ledger.receive(command, LedgerSchedule.millis(tick));
        }
      }
      if (tick == savedAt) {
        saved = jobs.get(0).savepoint();
      }
      if (tick == startsAgainAt && fate != Fate.NONE) {
        startAgain(saved, tick);
      }
      turn(tick);
    }
    drain();
    jobs.forEach(job -> requireDecisions(job.decisions));
    for (RetrainCommand old : ofOldCauses) {
      assertThat(books.hasStarted(old)).as("%s: new start for an old cause", where).isFalse();
    }
  }

  /** What the ledger said; of some schedules each word twice, and not in its order. */
  private List<RetrainStatus> told(int tick) {
    List<RetrainStatus> told = new ArrayList<>(statuses.getOrDefault(tick, List.of()));
    if (doubled) {
      told.addAll(List.copyOf(told));
      Collections.shuffle(told, new Random(31 * schedule.seed + tick));
    }
    return told;
  }

  private void read(JobCopy job, int tick) {
    arrivals.getOrDefault(tick, List.of()).forEach(arrival -> job.take(arrival, tick));
  }

  /** What became of all commands is known before the first old window is judged again. */
  private void startAgain(SortedMap<String, byte[]> saved, int now) {
    Set<String> goOn = jobs.get(0).episodes();
    boolean empty = fate != Fate.OLD_SAVEPOINT;
    JobCopy job = empty ? new JobCopy(schedule) : new JobCopy(schedule, saved);
    for (int tick = 1; tick <= now; tick++) {
      told(tick).forEach(job::take);
    }
    for (int tick = empty ? 1 : savedAt + 1; tick <= now; tick++) {
      read(job, tick);
      for (RetrainCommand command : job.tick(tick)) {
        boolean known = ledger.knows(command);
        sentAgain += known ? 1 : 0;
        if (!known && !goOn.contains(command.cause().episode())) {
          ofOldCauses.add(command);
        }
        ledger.receive(command, LedgerSchedule.millis(now));
      }
    }
    assertThat(job.episodes()).as("%s: what is stale", where).isEqualTo(goOn);
    if (fate == Fate.SECOND_COPY) {
      jobs.add(job);
    } else {
      requireDecisions(jobs.get(0).decisions);
      jobs.set(0, job);
    }
  }

  private void turn(int tick) {
    ledger.run(LedgerSchedule.millis(tick));
    List<RetrainStatus> news = ledger.said(said);
    said += news.size();
    for (RetrainStatus status : news) {
      books.take(status, ledger.command(status));
    }
    statuses.computeIfAbsent(tick + 1, any -> new ArrayList<>()).addAll(news);
  }

  private void drain() {
    int tick = schedule.length.ticks;
    while (!ledger.allEnded()) {
      tick++;
      turn(tick);
      assertThat(tick)
          .as("%s: something waits for ever", where)
          .isLessThan(schedule.length.ticks + DRAIN_TICKS);
    }
  }

  private void requireDecisions(List<Decision> decisions) {
    for (Decision decision : decisions) {
      states.add(decision.stateAfter());
      decision.parts().forEach(part -> signals.add(part.signal()));
      if (decision.hold() != null) {
        holds.add(decision.hold());
      }
      if (decision.commandId() != null) {
        assertThat(MAY_COMMAND).as(where).contains(decision.stateAfter());
      }
      if (decision.stateAfter() == ModelState.SUSPENDED
          || decision.stateAfter() == ModelState.NO_DATA) {
        assertThat(decision.verdict()).as(where).isEqualTo(Decision.Verdict.NONE);
      }
    }
  }
}
