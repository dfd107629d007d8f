package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One event costs no allocation once the bins it falls into exist. Counts bytes, not time. */
class AllocationTest {

  private static final int ROUNDS = 200;

  private static long bytesOf(Runnable run) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(thread);
    run.run();
    return threads.getThreadAllocatedBytes(thread) - before;
  }

  private static void assertAllocatesNothing(Runnable run, int events) {
    // The compiler takes its time, longer on a busy machine, before nothing is allocated any more.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20 && least >= events; round++) {
      least = Math.min(least, bytesOf(run));
    }
    // A few bytes in all may come from the measuring itself; per event it must be none.
    assertThat(least).isLessThan(events);
  }

  @ParameterizedTest
  @EnumSource
  void add_inSteadyState_allocatesNothing(Task task) {
    List<SomeEvents.Event> events = SomeEvents.of(task, 500, 1);
    OutcomeCounts counts = task.empty();
    assertAllocatesNothing(
        () -> {
          for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < events.size(); i++) {
              events.get(i).apply(counts, 1);
            }
          }
        },
        ROUNDS * events.size());
  }

  @Test
  void delaysAndEstimates_inSteadyState_allocateNothing() {
    DelayCounts delays = new DelayCounts();
    Cbpe cbpe = new Cbpe();
    assertAllocatesNothing(
        () -> {
          for (int i = 0; i < 50_000; i++) {
            delays.add(i * 70_000L, 1);
            cbpe.add(i / 50_000.0, i > 100, Weight.ONE, 1);
          }
        },
        50_000);
  }
}
