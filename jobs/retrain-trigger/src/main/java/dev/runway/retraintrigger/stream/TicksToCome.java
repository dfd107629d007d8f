package dev.runway.retraintrigger.stream;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.jspecify.annotations.Nullable;

/**
 * Ticks that are not settled, by time. State {@code fleet-ticks}: every subtask needs all of them,
 * however many there were before; most come from each.
 */
final class TicksToCome {
  private static final ListStateDescriptor<FleetTick> TICKS =
      new ListStateDescriptor<>("fleet-ticks", FleetTickSerializer.TYPE);

  private final ListState<FleetTick> state;
  private final SortedMap<Long, FleetTick> ticks = new TreeMap<>();

  /** Takes what state has. */
  TicksToCome(OperatorStateStore store) throws Exception {
    state = store.getUnionListState(TICKS);
    state.get().forEach(this::add);
  }

  void add(FleetTick tick) {
    ticks.put(tick.tick().atMillis(), tick);
  }

  /** The first one; null while none is known. */
  @Nullable DatedTick next() {
    return ticks.isEmpty() ? null : ticks.values().iterator().next().tick();
  }

  /** Takes out the first one if it is settled; null when it is not, or none is known. */
  @Nullable FleetTick takeSettled(long reachedMillis) {
    DatedTick next = next();
    return next == null || !Settled.is(next, reachedMillis) ? null : ticks.remove(next.atMillis());
  }

  /** One subtask may have acted upon a tick that another one still waits with. */
  void snapshot() throws Exception {
    state.update(List.copyOf(ticks.values()));
  }
}
