package dev.runway.groundtruth.archive;

import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps the rows of a part until they are worth a file, then hands them on in one go. A checkpoint
 * ends every Parquet file, so what is handed on as it comes makes a file per part and checkpoint.
 *
 * <p>State per part of the archive: {@code waiting-rows}, the chunks by number, each written once
 * and read once; {@code waiting-batch}, how many they are and when they leave. Both are let go when
 * the file's worth is reached, {@code flushAfter} of processing time after the first row at the
 * latest, or at the end of all input.
 *
 * <p>A map and not a list: RocksDB would put a list together, 64 MiB in one value, at every
 * compaction and once more to read it.
 *
 * <p>Counters: {@code batches} and {@code rows} that left.
 */
final class KeepRowsFunction extends KeyedProcessFunction<ArchivePart, ArchiveChunk, ArchiveChunk> {
  static final ValueStateDescriptor<WaitingBatch> WAITING =
      new ValueStateDescriptor<>("waiting-batch", WaitingBatchSerializer.TYPE);

  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private final long fileBytes;
  private final Duration flushAfter;

  private transient MapState<Long, RowBytes> rows;
  private transient ValueState<WaitingBatch> waiting;

  @SuppressWarnings("NullAway.Init") // holdBack() sets it before open().
  private transient HeldWatermark held;

  private transient Counter batchesOut;
  private transient Counter rowsOut;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first chunk.
  KeepRowsFunction(long fileBytes, Duration flushAfter) {
    this.fileBytes = fileBytes;
    this.flushAfter = flushAfter;
  }

  /** Is told of every batch that begins or ceases to wait. */
  void holdBack(HeldWatermark watermark) {
    held = watermark;
  }

  @Override
  public void open(OpenContext context) {
    rows =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>("waiting-rows", Types.LONG, RowBytesSerializer.TYPE));
    waiting = getRuntimeContext().getState(WAITING);
    batchesOut = getRuntimeContext().getMetricGroup().counter("batches");
    rowsOut = getRuntimeContext().getMetricGroup().counter("rows");
  }

  @Override
  public void processElement(ArchiveChunk chunk, Context context, Collector<ArchiveChunk> out)
      throws Exception {
    WaitingBatch batch = waiting.value();
    if (batch == null) {
      long now = context.timerService().currentProcessingTime();
      batch = new WaitingBatch(0, 0, dueAt(context.getCurrentKey(), now), held.reached());
      held.hold(batch.since());
      context.timerService().registerProcessingTimeTimer(batch.dueAtMillis());
      context.timerService().registerEventTimeTimer(END_OF_INPUT);
    }
    rows.put(batch.chunks(), chunk.rows());
    batch = batch.plus(chunk.rows());
    waiting.update(batch);
    if (batch.bytes() >= fileBytes) {
      leave(batch, context, out);
    }
  }

  /**
   * Each part has its own place in the span, at which it leaves again and again. With a span of its
   * own from its first row on, all parts would leave at once after every start of the job.
   */
  private long dueAt(ArchivePart part, long now) {
    long span = flushAfter.toMillis();
    long place = Math.floorMod(part.hashCode() * 0x9E3779B97F4A7C15L, span);
    return now + span - Math.floorMod(now - place, span);
  }

  @Override
  public void onTimer(long atMillis, OnTimerContext context, Collector<ArchiveChunk> out)
      throws Exception {
    WaitingBatch batch = waiting.value();
    if (batch != null) {
      leave(batch, context, out);
    }
  }

  private void leave(WaitingBatch batch, Context context, Collector<ArchiveChunk> out)
      throws Exception {
    ArchivePart part = context.getCurrentKey();
    for (long i = 0; i < batch.chunks(); i++) {
      RowBytes chunk = rows.get(i);
      out.collect(new ArchiveChunk(part, chunk, i == 0, i == batch.chunks() - 1));
      rows.remove(i);
      rowsOut.inc(chunk.rows());
    }
    batchesOut.inc();
    waiting.clear();
    held.release(batch.since());
    // Timers left behind would cut the next batch short, and be checkpointed until they fire.
    context.timerService().deleteProcessingTimeTimer(batch.dueAtMillis());
    context.timerService().deleteEventTimeTimer(END_OF_INPUT);
  }
}
