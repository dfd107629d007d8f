package dev.runway.bench.harness;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the process has used between two moments: processor time, time, and heap. */
public final class Meter {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final long cpu;
  private final long wall;
  private final long allocated;

  private Meter(long cpu, long wall, long allocated) {
    this.cpu = cpu;
    this.wall = wall;
    this.allocated = allocated;
  }

  public static Meter now() {
    return new Meter(SYSTEM.getProcessCpuTime(), System.nanoTime(), allocatedByLivingThreads());
  }

  private static long allocatedByLivingThreads() {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  /** Processor time of the process so far. */
  public long cpuNanos() {
    return cpu;
  }

  /** What its living threads have allocated. */
  public long allocatedBytes() {
    return allocated;
  }

  /** The row of what came since. */
  public Row row(String name, String kind, int open, long events) {
    Meter end = now();
    return new Row(
        name,
        kind,
        open,
        events,
        (double) (end.cpu - cpu) / events,
        (double) (end.wall - wall) / events,
        (double) (end.allocated - allocated) / events);
  }
}
