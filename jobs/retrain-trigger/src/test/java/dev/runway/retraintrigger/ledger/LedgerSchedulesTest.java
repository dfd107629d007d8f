package dev.runway.retraintrigger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision.Hold;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.SignalPart.Signal;
import dev.runway.retraintrigger.ledger.LedgerRun.Fate;
import dev.runway.retraintrigger.ledger.LedgerSchedule.Length;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random hours of some models with the rules of the ledger, and with a job that is started again
 * from an older savepoint, from nothing, or twice; a seed that fails is in the message.
 */
class LedgerSchedulesTest {
  /** More with {@code -Drunway.trigger.schedules=100000}. */
  private static final int SCHEDULES = Integer.getInteger("runway.trigger.schedules", 1_000);

  /** The first seed: of a part of many, or the one that has failed. */
  private static final long FROM = Long.getLong("runway.trigger.from", 0);

  private static final List<Fate> FATES = List.of(Fate.values());

  @Test
  void capsMoneyAndCauses_whateverHappensToTheJob() {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger sentAgain = new AtomicInteger();
    Set<ModelState> states = ConcurrentHashMap.newKeySet();
    Set<Object> seen = ConcurrentHashMap.newKeySet();
    seeds(SCHEDULES)
        .forEach(
            seed -> {
              Fate fate = FATES.get((int) (seed % FATES.size()));
              LedgerRun run = new LedgerRun(new LedgerSchedule(seed, seed % 3 == 0), fate, null);
              run.carryOut();
              started.addAndGet(run.books.started());
              sentAgain.addAndGet(run.sentAgain);
              states.addAll(run.states);
              seen.addAll(run.actions);
              seen.addAll(run.holds);
              seen.addAll(run.signals);
            });

    // Else the schedules would not reach what they are to test.
    assertThat(started.get()).isGreaterThan(SCHEDULES / 2);
    assertThat(sentAgain.get()).isGreaterThan(SCHEDULES / 50);
    assertThat(states).contains(ModelState.STALE, ModelState.SUSPENDED, ModelState.NO_DATA);
    assertThat(seen)
        .contains(
            Action.RETRAIN, Action.ROLLBACK, Hold.STORM, Signal.PERFORMANCE, Signal.EMBEDDING);
  }

  /** What was retrained in that day is not asked for again, and what is stale still is. */
  @Test
  void savepointOfADayBefore_startsNothingForAnOldCause() {
    AtomicInteger started = new AtomicInteger();
    AtomicInteger sentAgain = new AtomicInteger();
    int schedules = Math.max(16, SCHEDULES / 60);
    seeds(schedules)
        .forEach(
            seed -> {
              LedgerSchedule days = new LedgerSchedule(seed, seed % 3 == 0, Length.DAYS);
              LedgerRun run = new LedgerRun(days, Fate.OLD_SAVEPOINT, null);
              run.carryOut();
              started.addAndGet(run.books.started());
              sentAgain.addAndGet(run.sentAgain);
            });

    // Else the schedules would not reach what they are to test.
    assertThat(started.get()).isGreaterThan(schedules);
    assertThat(sentAgain.get()).isGreaterThan(schedules);
  }

  private static LongStream seeds(int count) {
    return LongStream.range(FROM, FROM + count).parallel();
  }

  @Test
  void anyOrderWithinTheLateness_givesTheSameGrants() {
    seeds(SCHEDULES / 5)
        .forEach(
            seed -> {
              LedgerRun inOrder = new LedgerRun(new LedgerSchedule(seed, false), Fate.NONE, null);
              inOrder.carryOut();
              LedgerRun shuffled =
                  new LedgerRun(new LedgerSchedule(seed, false), Fate.NONE, new Random(seed));
              shuffled.carryOut();

              assertThat(shuffled.ledger.said(0))
                  .as("seed %d", seed)
                  .isEqualTo(inOrder.ledger.said(0));
            });
  }
}
