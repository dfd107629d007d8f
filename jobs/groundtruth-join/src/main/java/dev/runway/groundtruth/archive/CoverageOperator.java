package dev.runway.groundtruth.archive;

import dev.runway.model.Limits;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Says in the archive how far it is complete. It has one subtask, behind all of {@link
 * KeepRowsOperator}, and looks at watermarks only: what came before the least of them has left.
 *
 * <p>The rows that left before a checkpoint become files when it is complete. So what was reached
 * at a complete checkpoint is said when the next one is complete: the files are there by then.
 *
 * <p>State {@code coverage-epoch}: the {@link CoverageEpoch} that goes on. Without it a new one
 * begins. If this is the first job of its folder, and the job reads every event that there ever
 * was, there was nothing before. Else events have passed that were not archived: all of them were
 * recorded before now, and are of no later time than now and {@link Limits#MAX_AHEAD}.
 *
 * <p>If it cannot be written, the next checkpoint tries again: an archive that says less than it
 * could is no error of the stream. Gauge {@code complete-through}; counter {@code failed-writes}.
 */
final class CoverageOperator extends AbstractStreamOperator<Void>
    implements OneInputStreamOperator<Void, Void> {
  private final String folder;
  private final boolean fromTheBeginning;

  private transient CoverageFiles files;
  private transient ListState<CoverageEpoch> state;
  private transient @Nullable CoverageEpoch epoch;
  private transient boolean nothingBefore;
  private transient long startedAtMillis;
  private transient long watermark;

  /** What was reached at checkpoints that are not complete yet. */
  private transient TreeMap<Long, CoverageEpoch> reached;

  /** What was reached at the newest complete checkpoint. */
  private transient @Nullable CoverageEpoch complete;

  private transient long saidThrough;
  private transient Counter failures;

  @SuppressWarnings("NullAway.Init") // initializeState() and open() set the rest.
  CoverageOperator(String folder, boolean fromTheBeginning) {
    this.folder = folder;
    this.fromTheBeginning = fromTheBeginning;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    files = new CoverageFiles(folder);
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("coverage-epoch", CoverageEpochSerializer.TYPE));
    reached = new TreeMap<>();
    watermark = Long.MIN_VALUE;
    saidThrough = Long.MIN_VALUE;
    startedAtMillis = getProcessingTimeService().getCurrentProcessingTime();
    for (CoverageEpoch restored : state.get()) {
      // In another folder the files of before are missing.
      epoch = restored.folder().equals(folder) ? restored : null;
    }
    complete = epoch;
    nothingBefore = fromTheBeginning && !context.isRestored() && !files.areThere();
  }

  @Override
  public void open() throws Exception {
    super.open();
    failures = getMetricGroup().counter("failed-writes");
    getMetricGroup().gauge("complete-through", (Gauge<Long>) () -> saidThrough);
  }

  /** Nothing but watermarks comes. */
  @Override
  public void processElement(StreamRecord<Void> element) {}

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    super.processWatermark(mark);
    // The end of all input is no time that events have.
    if (mark.getTimestamp() != Long.MAX_VALUE) {
      watermark = mark.getTimestamp();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    CoverageEpoch now = epoch == null ? begin() : epoch;
    epoch = now.through(watermark);
    reached.put(context.getCheckpointId(), epoch);
    state.update(List.of(epoch));
  }

  private CoverageEpoch begin() {
    return new CoverageEpoch(
        UUID.randomUUID().toString(),
        folder,
        nothingBefore ? Long.MIN_VALUE : startedAtMillis + Limits.MAX_AHEAD.toMillis(),
        Long.MIN_VALUE);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    if (complete != null && complete.through() > saidThrough) {
      say(complete);
    }
    CoverageEpoch now = reached.get(checkpointId);
    if (now != null) {
      complete = now;
    }
    reached.headMap(checkpointId, true).clear();
  }

  private void say(CoverageEpoch now) {
    try {
      files.write(now);
      saidThrough = now.through();
    } catch (IOException | RuntimeException e) {
      // File systems throw both, and the next checkpoint tries it again.
      failures.inc();
      LOG.warn("The archive cannot say that it is complete through {}.", now.through(), e);
    }
  }
}
