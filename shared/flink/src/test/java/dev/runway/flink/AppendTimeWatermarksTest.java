package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.InstantiationUtil;
import org.apache.flink.util.clock.ManualClock;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class AppendTimeWatermarksTest {
  private static final long NOW = Raw.KAFKA_TIME;

  private final ManualClock clock = new ManualClock(1);
  private final FetchAnswers answers = new FetchAnswers();
  private final AppendTimeWatermarks strategy =
      new AppendTimeWatermarks(Duration.ofMinutes(1), answers);
  private final WatermarkGenerator<RawEvent> generator =
      strategy.createWatermarkGenerator(new Context(clock));
  private final Seen seen = new Seen();

  @Test
  void watermark_isJustBelowTheNewestAppendTime_whateverTheEventSays() {
    see(Raw.prediction(NOW - 86_400_000, NOW));
    see(Raw.event("k", "garbage", NOW + 7));

    assertThat(periodic()).isEqualTo(NOW + 6);
  }

  @Test
  void silentPartition_becomesIdle_onlyWhileBrokersAnswer() {
    try (Fetches fetches = new Fetches(answers)) {
      see(Raw.prediction(NOW, NOW));
      lookFor(Duration.ofMinutes(10));
      assertThat(seen.idle).isFalse();

      for (int i = 0; i < 70; i++) {
        fetches.answer();
        lookFor(Duration.ofSeconds(1));
      }
      assertThat(seen.idle).isTrue();
    }
  }

  @Test
  void strategy_survivesTheJobGraph() throws Exception {
    assertThat(InstantiationUtil.clone(strategy)).isNotNull();
  }

  private void see(RawEvent event) {
    long timestamp = strategy.createTimestampAssigner(null).extractTimestamp(event, 0);
    generator.onEvent(event, timestamp, seen);
  }

  private long periodic() {
    generator.onPeriodicEmit(seen);
    return seen.watermark;
  }

  /** As periodic watermarks do. */
  private void lookFor(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 200) {
      periodic();
      clock.advanceTime(Duration.ofMillis(200));
    }
  }

  private record Context(RelativeClock clock) implements WatermarkGeneratorSupplier.Context {
    @Override
    public MetricGroup getMetricGroup() {
      return new UnregisteredMetricsGroup();
    }

    @Override
    public RelativeClock getInputActivityClock() {
      return clock;
    }
  }

  private static final class Seen implements WatermarkOutput {
    private long watermark = Long.MIN_VALUE;
    private boolean idle;

    @Override
    public void emitWatermark(Watermark mark) {
      watermark = mark.getTimestamp();
      idle = false;
    }

    @Override
    public void markIdle() {
      idle = true;
    }

    @Override
    public void markActive() {
      idle = false;
    }
  }
}
