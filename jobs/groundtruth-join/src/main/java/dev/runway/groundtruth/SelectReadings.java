package dev.runway.groundtruth;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import java.time.Instant;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.accumulators.LongMaximum;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of all readings of a batch those that say the last word: final ones of windows that start within
 * the days asked for and whose events are all in the archive. What was read for the sake of their
 * neighbours is left out.
 *
 * <p>Windows that were asked for and are left out are said: the first of each kind, and how many at
 * the end. They are accumulators too, which Flink gives with the job's result: {@code windows} that
 * are given, {@code windows-not-covered}, {@code windows-too-long}. A window counts once for each
 * version of a model, and not for each of its groups. {@code left-until} is the event time in
 * milliseconds through which the archive has to come for all that were left out because it has not:
 * it depends on the terms that predictions came with, which nobody else knows.
 */
final class SelectReadings extends ProcessFunction<PerformanceReading, PerformanceReading> {
  private static final Logger LOG = LoggerFactory.getLogger(SelectReadings.class);

  private final MasterRange range;

  private final LongCounter given = new LongCounter();
  private final LongCounter notCovered = new LongCounter();
  private final LongCounter tooLong = new LongCounter();
  private final LongMaximum leftUntil = new LongMaximum();

  SelectReadings(MasterRange range) {
    this.range = range;
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator("windows", given);
    getRuntimeContext().addAccumulator("windows-not-covered", notCovered);
    getRuntimeContext().addAccumulator("windows-too-long", tooLong);
    getRuntimeContext().addAccumulator("left-until", leftUntil);
  }

  @Override
  public void processElement(
      PerformanceReading reading, Context context, Collector<PerformanceReading> out) {
    long start = reading.windowStartMillis();
    if (reading.maturity() != Maturity.FINAL
        || start < range.days().fromMillis()
        || start > range.days().throughMillis()) {
      return;
    }
    long isWindow = isWhole(reading) ? 1 : 0;
    if (reading.windowEndMillis() - start > range.longestWindow().toMillis()) {
      if (tooLong.getLocalValue() == 0) {
        LOG.warn(
            "Windows of {} are longer than {}: their master readings are left out. Raise {}.",
            reading.modelId(),
            range.longestWindow(),
            GroundTruthOptions.BATCH_LONGEST_WINDOW);
      }
      tooLong.add(isWindow);
    } else if (!range.isCovered(start, context.timestamp())) {
      // A reading carries the time at which it became final.
      if (notCovered.getLocalValue() == 0) {
        LOG.warn(
            "The window of {} from {} is left out: it needs events of {} through {}, and the"
                + " archive is complete from {}.",
            reading.modelId(),
            Instant.ofEpochMilli(start),
            Instant.ofEpochMilli(start).minus(range.orphanWait()),
            Instant.ofEpochMilli(context.timestamp()),
            range.coverage());
      }
      notCovered.add(isWindow);
      if (range.isAhead(start, context.timestamp())) {
        leftUntil.add(context.timestamp());
      }
    } else {
      given.add(isWindow);
      out.collect(reading);
    }
  }

  private static boolean isWhole(PerformanceReading reading) {
    return reading.segment().equals(PerformanceReading.ALL)
        && reading.variant().equals(PerformanceReading.ALL);
  }

  @Override
  public void close() {
    LOG.info(
        "{} windows are given; {} are left out because the archive does not cover them, and {}"
            + " because they are longer than {}.",
        given.getLocalValue(),
        notCovered.getLocalValue(),
        tooLong.getLocalValue(),
        range.longestWindow());
  }
}
