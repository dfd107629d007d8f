package dev.runway.groundtruth.archive;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Holds back the watermark with the rows that {@link KeepRowsFunction} keeps: behind it a watermark
 * says that all rows that came before it have left. It moves before checkpoint barriers only, see
 * {@link HeldWatermark}.
 *
 * <p>Operator state {@code reached-watermark}: what each subtask had reached; all go on from the
 * least. Rows that come after a restore wait since then, and not since ever.
 */
final class KeepRowsOperator extends KeyedProcessOperator<ArchivePart, ArchiveChunk, ArchiveChunk> {
  private final KeepRowsFunction function;

  private transient ListState<Long> reached;
  private transient HeldWatermark held;
  private transient long emitted;

  @SuppressWarnings("NullAway.Init") // initializeState() sets the rest before the first chunk.
  KeepRowsOperator(KeepRowsFunction function) {
    super(function);
    this.function = function;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    reached =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("reached-watermark", Types.LONG));
    long least = Long.MAX_VALUE;
    for (Long mark : reached.get()) {
      least = Math.min(least, mark);
    }
    held = new HeldWatermark(least == Long.MAX_VALUE ? Long.MIN_VALUE : least);
    emitted = Long.MIN_VALUE;
  }

  @Override
  public void open() throws Exception {
    function.holdBack(held);
    super.open();
    getKeyedStateBackend()
        .applyToAllKeys(
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE,
            KeepRowsFunction.WAITING,
            (part, batch) -> held.hold(batch.value().since()));
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() == Long.MAX_VALUE) {
      // The end of all input, which takes all rows along.
      emitted = Long.MAX_VALUE;
      super.processWatermark(mark);
    } else {
      held.see(mark.getTimestamp());
    }
  }

  /** Rows wait here whether or not events come: this subtask is never idle. */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) {}

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    held.barrier();
    if (held.free() > emitted) {
      emitted = held.free();
      super.processWatermark(new Watermark(emitted));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    reached.update(List.of(held.reached()));
  }
}
