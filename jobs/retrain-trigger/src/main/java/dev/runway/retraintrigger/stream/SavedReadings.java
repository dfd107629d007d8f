package dev.runway.retraintrigger.stream;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.runtime.state.KeyedStateBackend;

/**
 * Readings that wait, in state: {@code waiting-readings}, written before each barrier alone, and
 * only those of models of which something has changed.
 */
final class SavedReadings {
  static final String STATE = "waiting-readings";

  private final KeyedStateBackend<String> backend;
  private final ListState<SeenReading> state;

  SavedReadings(KeyedStateBackend<String> backend, ListState<SeenReading> state) {
    this.backend = backend;
    this.state = state;
  }

  static ListStateDescriptor<SeenReading> descriptor(StateTtlConfig timeToLive) {
    ListStateDescriptor<SeenReading> descriptor =
        new ListStateDescriptor<>(STATE, SeenReadingSerializer.TYPE);
    descriptor.enableTimeToLive(timeToLive);
    return descriptor;
  }

  /** What was written of some models. */
  WaitingReadings restore(List<String> models) throws Exception {
    WaitingReadings waiting = new WaitingReadings();
    for (String model : models) {
      backend.setCurrentKey(model);
      List<SeenReading> kept = new ArrayList<>();
      state.get().forEach(kept::add);
      waiting.restore(model, kept);
    }
    return waiting;
  }

  /** Writes what has changed since it was called last. */
  void save(WaitingReadings waiting) throws Exception {
    for (String model : waiting.drainUnsaved()) {
      backend.setCurrentKey(model);
      List<SeenReading> list = waiting.of(model);
      if (list == null) {
        state.clear();
      } else {
        state.update(list);
      }
    }
  }
}
