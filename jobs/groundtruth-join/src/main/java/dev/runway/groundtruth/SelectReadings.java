package dev.runway.groundtruth;

import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of all readings of a batch those that say the last word: final ones of windows that start within
 * the days asked for and are settled. What was read for the sake of their neighbours is left out.
 *
 * <p>Counters: {@code unsettled-readings}, which a later run will give; {@code too-long-windows},
 * whose predictions were not all read.
 */
final class SelectReadings extends ProcessFunction<PerformanceReading, PerformanceReading> {
  private static final Logger LOG = LoggerFactory.getLogger(SelectReadings.class);

  private final MasterRange range;

  private transient Counter unsettled;
  private transient Counter tooLong;

  @SuppressWarnings("NullAway.Init") // open() sets the counters before the first reading.
  SelectReadings(MasterRange range) {
    this.range = range;
  }

  @Override
  public void open(OpenContext context) {
    unsettled = getRuntimeContext().getMetricGroup().counter("unsettled-readings");
    tooLong = getRuntimeContext().getMetricGroup().counter("too-long-windows");
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
    if (reading.windowEndMillis() - start > range.longestWindow().toMillis()) {
      if (tooLong.getCount() == 0) {
        LOG.warn(
            "Windows of {} are longer than {}: their master readings are left out. Raise {}.",
            reading.modelId(),
            range.longestWindow(),
            GroundTruthOptions.BATCH_LONGEST_WINDOW);
      }
      tooLong.inc();
    } else if (context.timestamp() > range.settledMillis()) {
      // A reading carries the time at which it became final.
      unsettled.inc();
    } else {
      out.collect(reading);
    }
  }
}
