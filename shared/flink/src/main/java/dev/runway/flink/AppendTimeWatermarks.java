package dev.runway.flink;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.AscendingTimestampsWatermarks;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;

/**
 * Watermarks that say up to which append time every partition of a topic has been read. For a topic
 * that Runway itself writes, whose event time does not follow from a record alone: an operator
 * behind the source makes event time of it.
 *
 * <p>A partition is silent only while brokers answer ({@link AnsweredTime}).
 */
final class AppendTimeWatermarks implements WatermarkStrategy<RawEvent> {
  private final Duration idleAfter;
  private final FetchAnswers answers;

  AppendTimeWatermarks(Duration idleAfter, FetchAnswers answers) {
    this.idleAfter = idleAfter;
    this.answers = answers;
  }

  @Override
  public TimestampAssigner<RawEvent> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (event, kafkaTimestamp) -> event.kafkaTimestampMillis();
  }

  @Override
  public WatermarkGenerator<RawEvent> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    return new WatermarksWithIdleness<>(
        new AscendingTimestampsWatermarks<>(),
        idleAfter,
        new AnsweredTime(context.getInputActivityClock(), answers));
  }
}
