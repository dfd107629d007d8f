package dev.runway.retraintrigger.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.retraintrigger.ledger.LedgerRun.Fate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random hours of some models with the rules of the ledger, and with a job that is started again
 * from an older savepoint, from nothing, or twice; a seed that fails is in the message.
 */
class LedgerSchedulesTest {
  /** More with {@code -Drunway.trigger.schedules=100000}. */
  private static final int SCHEDULES = Integer.getInteger("runway.trigger.schedules", 2_000);

  private static final List<Fate> FATES = List.of(Fate.values());

  @Test
  void capsMoneyAndCauses_whateverHappensToTheJob() {
    int started = 0;
    int sentAgain = 0;
    for (long seed = 0; seed < SCHEDULES; seed++) {
      Fate fate = FATES.get((int) (seed % FATES.size()));
      LedgerRun run = new LedgerRun(new LedgerSchedule(seed), fate, null);
      run.carryOut();
      started += run.books.started();
      sentAgain += run.sentAgain;
    }

    // Else the schedules would not reach what they are to test.
    assertThat(started).isGreaterThan(SCHEDULES / 2);
    assertThat(sentAgain).isGreaterThan(SCHEDULES / 50);
  }

  @Test
  void anyOrderWithinTheLateness_givesTheSameGrants() {
    for (long seed = 0; seed < SCHEDULES / 5; seed++) {
      LedgerRun inOrder = new LedgerRun(new LedgerSchedule(seed), Fate.NONE, null);
      inOrder.carryOut();
      LedgerRun shuffled =
          new LedgerRun(new LedgerSchedule(seed), Fate.NONE, new Random(seed));
      shuffled.carryOut();

      assertThat(shuffled.ledger.said(0)).as("seed %d", seed).isEqualTo(inOrder.ledger.said(0));
    }
  }
}
