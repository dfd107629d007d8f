package dev.runway.tables;

import dev.runway.flink.JobEnvironment;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.tables.write.Origin;
import dev.runway.tables.write.PostgresStore;
import dev.runway.tables.write.RowJson;
import dev.runway.tables.write.TableRow;
import dev.runway.tables.write.TableWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Writes the rows of events into one table and emits, as dead letters, those that the table cannot
 * hold. Why it is an operator and not a sink: decision 0002.
 *
 * <p>Rows leave when a batch is full, some time after the first of them came, before every
 * checkpoint barrier, and at the end. So there is no state: behind a barrier nothing is left that
 * belongs before it, and what was not committed is read from Kafka again.
 *
 * <p>While the database is away the operator holds up its task, and with it this table's topic; it
 * fails its task only after {@link WriteSettings#outageWait}.
 */
final class WriteTableOperator<E> extends AbstractStreamOperator<DeadLetter>
    implements OneInputStreamOperator<Sourced<E>, DeadLetter>,
        BoundedOneInput,
        ProcessingTimeCallback {
  /** Each time the database drops a part, so that no statement takes long. */
  static final Duration PRUNE_EVERY = Duration.ofMinutes(1);

  private final RowMapping<E> mapping;
  private final WriteSettings settings;

  private transient TableWriter writer;
  private transient @Nullable ScheduledFuture<?> timer;
  private transient @Nullable ScheduledFuture<?> nextPruning;

  @SuppressWarnings("NullAway.Init") // open() makes the writer before the first element.
  WriteTableOperator(RowMapping<E> mapping, WriteSettings settings) {
    this.mapping = mapping;
    this.settings = settings;
  }

  @Override
  public void open() throws Exception {
    super.open();
    JobEnvironment.requireUtc();
    releaseDriverWithTheJob();
    TableCounters counters = new TableCounters(getMetricGroup());
    writer =
        new TableWriter(
            mapping.table(),
            new PostgresStore(mapping.table(), settings.access()),
            new TableWriter.Limits(
                settings.batchRows(), settings.batchBytes(), settings.outageWait()),
            counters,
            this::emit);
    getMetricGroup().gauge("waiting", writer::waiting);
    getMetricGroup().gauge("outageSeconds", writer::outageSeconds);
    if (mapping.table().pruning() != null
        && getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0) {
      pruneLater();
    }
  }

  private void pruneLater() {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    nextPruning =
        getProcessingTimeService()
            .registerTimer(
                now + PRUNE_EVERY.toMillis(),
                time -> {
                  writer.prune();
                  writer.rollUp();
                  pruneLater();
                });
  }

  @Override
  public void processElement(StreamRecord<Sourced<E>> element) throws Exception {
    for (TableRow row : mapping.rows(element.getValue())) {
      writer.add(row);
    }
    if (writer.waiting() > 0 && timer == null) {
      long now = getProcessingTimeService().getCurrentProcessingTime();
      timer =
          getProcessingTimeService().registerTimer(now + settings.flushInterval().toMillis(), this);
    }
  }

  @Override
  public void onProcessingTime(long time) throws Exception {
    timer = null;
    writer.flush();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    writer.flush();
  }

  @Override
  public void endInput() throws Exception {
    writer.flush();
  }

  /** Never throws: an exception while a failed task is cleaned up ends its TaskManager. */
  @Override
  public void close() {
    try {
      if (nextPruning != null) {
        nextPruning.cancel(false);
      }
      if (writer != null) {
        writer.close();
      }
      super.close();
    } catch (Exception e) {
      LOG.warn("{}: closing failed; what was not written is read again", mapping.table().name(), e);
    }
  }

  private void emit(TableRow row, MalformedEvent why) {
    Origin origin = row.origin();
    output.collect(
        new StreamRecord<>(
            DeadLetter.of(
                origin.topic(),
                origin.partition(),
                origin.offset(),
                origin.recordedAtMillis(),
                RowJson.write(mapping.table(), row),
                why)));
  }

  /**
   * The JVM's list of drivers would keep this job's classes for ever. A driver that is Flink's own,
   * from its lib folder, is left to it.
   */
  private void releaseDriverWithTheJob() {
    if (Driver.class.getClassLoader() != AbstractStreamOperator.class.getClassLoader()) {
      getRuntimeContext()
          .registerUserCodeClassLoaderReleaseHookIfAbsent(
              "postgres-driver", WriteTableOperator::releaseDriver);
    }
  }

  private static void releaseDriver() {
    try {
      if (Driver.isRegistered()) {
        Driver.deregister();
      }
    } catch (SQLException e) {
      LOG.warn("the driver stays registered", e);
    }
  }
}
