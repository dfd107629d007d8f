package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.bench.loopfaults.LoopFaults;
import dev.runway.bench.loopfaults.Outcome;
import dev.runway.bench.loopfaults.Plan;
import dev.runway.bench.loopfaults.Victim;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Two and a half hours in which twenty models go stale and are retrained, in peace and while
 * TaskManagers, JobManager, broker, PostgreSQL and control API are killed: the small form of {@code
 * ./runway bench loop-faults}.
 */
@Order(4)
@ExtendWith(WithStack.class)
@ResourceLock(WithStack.PEACE)
class LoopFaultsITCase {
  private static final long SEED = 20261128;

  @Test
  void killsOfEveryProcess_startEachCauseOnce_andChangeNoRow(TestStack stack) throws Exception {
    Outcome outcome =
        new LoopFaults(stack.stage(), stack.faults(), Plan.small(SEED), System.out::println).run();

    System.out.println(outcome.table());
    assertThat(outcome.complaints()).isEmpty();
    assertThat(outcome.deaths())
        .isEqualTo(
            Arrays.stream(Victim.values())
                .collect(Collectors.toMap(Function.identity(), victim -> 1L)));
  }
}
