package dev.runway.flink;

import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;

/**
 * Event time that a function has reached, over restarts. Flink does not checkpoint watermarks:
 * after a restore there is none until every source has come forward again, and until then what is
 * long closed would be opened anew.
 *
 * <p>Operator state {@code reached-time}: the watermark of each subtask that has seen an event; all
 * of them go on from the least, for keys may move. A subtask without events since the start cannot
 * know its watermark; it holds what it was given in {@code restored-time}, which counts only if no
 * subtask has seen an event.
 *
 * <p>A function keeps one in a transient field, makes it in {@code initializeState}, and calls
 * {@link #snapshot} in {@code snapshotState}; it asks {@link #now} for every event and timer.
 */
public final class ReachedTime {
  private final ListState<Long> reached;
  private final ListState<Long> unchanged;
  private final long restored;
  private @Nullable TimerService timers;

  /** Restores what was reached. */
  public ReachedTime(FunctionInitializationContext context) throws Exception {
    OperatorStateStore store = context.getOperatorStateStore();
    reached = store.getUnionListState(new ListStateDescriptor<>("reached-time", Types.LONG));
    unchanged = store.getUnionListState(new ListStateDescriptor<>("restored-time", Types.LONG));
    Long least = least(reached);
    Long known = least != null ? least : least(unchanged);
    restored = known == null ? Long.MIN_VALUE : known;
  }

  private static @Nullable Long least(ListState<Long> times) throws Exception {
    Long least = null;
    for (Long time : times.get()) {
      least = least == null ? time : Long.min(least, time);
    }
    return least;
  }

  /** Event time that has been reached, before the restart or since. */
  public long now(TimerService current) {
    timers = current;
    return Math.max(restored, current.currentWatermark());
  }

  /** Writes what has been reached. */
  public void snapshot() throws Exception {
    reached.clear();
    unchanged.clear();
    // The end of all input is no time: a job that is started again from there would take nothing.
    if (timers != null && timers.currentWatermark() != Long.MAX_VALUE) {
      reached.add(now(timers));
    } else if (restored != Long.MIN_VALUE) {
      unchanged.add(restored);
    }
  }
}
