package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.EventTime;
import dev.runway.model.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
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

class EventWatermarksTest {
  private static final long NOW = Raw.KAFKA_TIME;
  private static final long MINUTE = 60_000;
  private static final TimeBounds HISTORY =
      TimeBounds.earliest(Instant.parse("1980-01-01T00:00:00Z"));

  private final ManualClock clock = new ManualClock(1);
  private final Seen seen = new Seen();
  private final FetchAnswers answers = new FetchAnswers();
  private WatermarkGenerator<RawEvent> generator;
  private TimestampAssigner<RawEvent> assigner;

  EventWatermarksTest() {
    use(TimeBounds.maxAge(Duration.ofDays(40)));
  }

  @Test
  void event_movesWatermarkLessOutOfOrderness() {
    see(Raw.prediction(NOW - MINUTE));

    assertThat(periodic()).isEqualTo(NOW - 6 * MINUTE - 1);
  }

  @Test
  void olderEvent_leavesWatermark() {
    see(Raw.prediction(NOW));
    see(Raw.prediction(NOW - 3 * MINUTE));

    assertThat(periodic()).isEqualTo(NOW - 5 * MINUTE - 1);
  }

  @Test
  void heartbeat_movesWatermarkToItsOwnTime() {
    see(Raw.prediction(NOW));
    see(Raw.heartbeat(NOW));

    assertThat(periodic()).isEqualTo(NOW - 1);
  }

  @Test
  void heartbeatTenMinutesAhead_isBelieved_oneMillisecondMoreIsNot() {
    assertThat(see(Raw.heartbeat(NOW + 10 * MINUTE + 1))).isEqualTo(EventTime.NONE);
    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);

    see(Raw.heartbeat(NOW + 10 * MINUTE));
    assertThat(periodic()).isEqualTo(NOW + 10 * MINUTE - 1);
  }

  @Test
  void heartbeatInMicroseconds_neverMovesWatermark() {
    for (TimeBounds bounds : List.of(TimeBounds.maxAge(Duration.ofDays(40)), HISTORY)) {
      use(bounds);
      see(Raw.heartbeat(NOW * 1_000));

      assertThat(periodic()).isEqualTo(Long.MIN_VALUE);
    }
  }

  @Test
  void replay_lastHeartbeatMayEndTheLongestWindowAndHorizon() {
    use(HISTORY);
    long end = NOW + Duration.ofDays(366 + 35 + 7).toMillis() + 10 * MINUTE;

    assertThat(see(Raw.heartbeat(end + 1))).isEqualTo(EventTime.NONE);
    see(Raw.heartbeat(end));
    assertThat(periodic()).isEqualTo(end - 1);
  }

  @Test
  void eventWithHeartbeatHeader_countsByItsOwnTime() {
    see(Raw.withHeader(Raw.prediction(NOW - MINUTE), Heartbeat.HEADER, Heartbeat.write(NOW)));

    assertThat(periodic()).isEqualTo(NOW - 6 * MINUTE - 1);
  }

  @Test
  void avroEvent_movesWatermark_andAFormThatNobodyKnowsDoesNot() {
    RawEvent avro = Raw.avro(NOW - MINUTE);
    see(Raw.withHeader(avro, AvroPredictionCodec.FORMAT_HEADER, Raw.bytes("avro-2")));
    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);

    see(Raw.withHeader(avro, AvroPredictionCodec.FORMAT_HEADER, Raw.bytes("avro-1")));
    assertThat(periodic()).isEqualTo(NOW - 6 * MINUTE - 1);
  }

  @Test
  void malformedRecordWithSaneTime_countsByItsTime() {
    see(Raw.event("k", "{\"predicted_at\":" + (NOW - MINUTE) + ",\"score\":\"no number\"}"));

    assertThat(periodic()).isEqualTo(NOW - 6 * MINUTE - 1);
  }

  @Test
  void replay_oneMisdatedRecord_makesNothingLate() {
    use(HISTORY);
    long march1999 = Instant.parse("1999-03-01T00:00:00Z").toEpochMilli();
    see(Raw.prediction(march1999));
    see(Raw.prediction(NOW));
    assertThat(periodic()).isEqualTo(march1999 - 5 * MINUTE - 1);

    see(Raw.prediction(march1999 + MINUTE));
    see(Raw.prediction(march1999 + 2 * MINUTE));
    assertThat(periodic()).isEqualTo(march1999 - 3 * MINUTE - 1);
  }

  @Test
  void replay_inOrder_followsTheSecondNewest() {
    use(HISTORY);
    long march1999 = Instant.parse("1999-03-01T00:00:00Z").toEpochMilli();
    see(Raw.prediction(march1999));
    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);

    see(Raw.prediction(march1999 + MINUTE));
    see(Raw.prediction(march1999 + 2 * MINUTE));
    assertThat(periodic()).isEqualTo(march1999 - 4 * MINUTE - 1);
  }

  @Test
  void eventTenMinutesAhead_isBelieved_oneMillisecondMoreIsNot() {
    assertThat(see(Raw.prediction(NOW + 10 * MINUTE))).isEqualTo(NOW + 10 * MINUTE);
    assertThat(see(Raw.prediction(NOW + 10 * MINUTE + 1))).isEqualTo(EventTime.NONE);
    assertThat(periodic()).isEqualTo(NOW + 5 * MINUTE - 1);
  }

  @Test
  void futureEvent_isMeasuredAgainstItsOwnRecord() {
    // A backlog of last year: now is no measure.
    long lastYear = NOW - 365L * 24 * 60 * MINUTE;
    see(Raw.prediction(NOW, lastYear));

    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void ancientEvent_neverMovesWatermark() {
    see(Raw.prediction(NOW / 1000));

    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void absoluteFloor_letsHistoryThroughAndCatchesSeconds() {
    use(HISTORY);
    long march1999 = Instant.parse("1999-03-01T00:00:00Z").toEpochMilli();

    assertThat(see(Raw.prediction(march1999 / 1000))).isEqualTo(EventTime.NONE);
    assertThat(see(Raw.prediction(march1999))).isEqualTo(march1999);
    assertThat(see(Raw.prediction(march1999))).isEqualTo(march1999);
    assertThat(periodic()).isEqualTo(march1999 - 5 * MINUTE - 1);
  }

  @Test
  void eventWithoutTime_neverMovesWatermark() {
    assertThat(see(Raw.event("k", "{}"))).isEqualTo(EventTime.NONE);
    assertThat(see(Raw.event("k", "\u0000\u0001 no json {{{"))).isEqualTo(EventTime.NONE);
    assertThat(see(Raw.event("k", null))).isEqualTo(EventTime.NONE);
    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void silentPartition_becomesIdleAndWakesWithTheNextEvent() {
    see(Raw.prediction(NOW));
    passIdleTime();
    assertThat(seen.idle).isTrue();

    see(Raw.prediction(NOW + MINUTE));
    assertThat(periodic()).isEqualTo(NOW - 4 * MINUTE - 1);
    assertThat(seen.idle).isFalse();
  }

  @Test
  void outageOfTheBroker_isNoSilence() {
    try (Fetches fetches = new Fetches(answers)) {
      see(Raw.prediction(NOW));
      lookFor(Duration.ofMinutes(10));
      assertThat(seen.idle).isFalse();

      for (int i = 0; i <= 61; i++) {
        fetches.answer();
        lookFor(Duration.ofSeconds(1));
      }
      assertThat(seen.idle).isTrue();
    }
  }

  @Test
  void partitionOfARarelyUsedTopic_isIdleOnceBrokersHaveAnsweredWithoutIt() {
    use(TimeBounds.maxAge(Duration.ofDays(40)), true);
    try (Fetches fetches = new Fetches(answers)) {
      lookFor(Duration.ofSeconds(30));
      assertThat(seen.idle).isFalse();

      for (int i = 0; i < 3; i++) {
        fetches.answer();
        lookFor(Duration.ofSeconds(1));
        assertThat(seen.idle).isFalse();
      }
      fetches.answer();
      lookFor(Duration.ofSeconds(1));
      assertThat(seen.idle).isTrue();

      see(Raw.prediction(NOW));
      assertThat(periodic()).isEqualTo(NOW - 5 * MINUTE - 1);
      assertThat(seen.idle).isFalse();
      for (int i = 0; i < 50; i++) {
        fetches.answer();
        lookFor(Duration.ofSeconds(1));
      }
      assertThat(seen.idle).isFalse();
    }
  }

  /** One producer that is a day behind must not stop the windows of all models. */
  @Test
  void partitionOfARarelyUsedTopic_whoseRecordsAreADayLate_becomesIdle() {
    long yesterday = NOW - Duration.ofDays(1).toMillis();
    use(TimeBounds.maxAge(Duration.ofDays(40)), true);
    see(Raw.prediction(NOW));
    periodic();
    for (int i = 0; i < 12; i++) {
      clock.advanceTime(Duration.ofSeconds(10));
      assertThat(see(Raw.prediction(yesterday + i * MINUTE))).isEqualTo(EventTime.NONE);
      periodic();
    }

    assertThat(seen.idle).isTrue();
    assertThat(seen.watermark).isEqualTo(NOW - 5 * MINUTE - 1);
    see(Raw.prediction(NOW + MINUTE));
    assertThat(periodic()).isEqualTo(NOW - 4 * MINUTE - 1);
    assertThat(seen.idle).isFalse();
  }

  @Test
  void lateRecord_isWaitedFor_upToAMinuteMoreThanOutOfOrder_andInOtherTopicsAndReplaysAlways() {
    long yesterday = NOW - Duration.ofDays(1).toMillis();
    TimeBounds live = TimeBounds.maxAge(Duration.ofDays(40));
    use(live, true);
    assertThat(see(Raw.prediction(NOW - 6 * MINUTE - 1))).isEqualTo(EventTime.NONE);
    assertThat(periodic()).isEqualTo(Long.MIN_VALUE);
    assertThat(see(Raw.prediction(NOW - 6 * MINUTE))).isEqualTo(NOW - 6 * MINUTE);
    assertThat(periodic()).isEqualTo(NOW - 11 * MINUTE - 1);
    // Behind now, but not behind its own record: the job was away.
    assertThat(see(Raw.prediction(yesterday, yesterday))).isEqualTo(yesterday);

    use(live, false);
    assertThat(see(Raw.prediction(yesterday))).isEqualTo(yesterday);
    use(HISTORY, true);
    assertThat(see(Raw.prediction(yesterday))).isEqualTo(yesterday);
  }

  @Test
  void partitionOfGarbage_becomesIdle() {
    see(Raw.prediction(NOW));
    periodic();
    for (int i = 0; i < 12; i++) {
      clock.advanceTime(Duration.ofSeconds(10));
      see(Raw.event("k", "garbage"));
      periodic();
    }

    assertThat(seen.idle).isTrue();
  }

  @Test
  void strategy_survivesTheJobGraph() throws Exception {
    assertThat(InstantiationUtil.clone(strategy(TimeBounds.maxAge(Duration.ofDays(1)), true)))
        .isNotNull();
  }

  private void use(TimeBounds bounds) {
    use(bounds, false);
  }

  private void use(TimeBounds bounds, boolean rarelyUsed) {
    EventWatermarks strategy = strategy(bounds, rarelyUsed);
    generator = strategy.createWatermarkGenerator(new Context(clock));
    assigner = strategy.createTimestampAssigner(null);
  }

  private EventWatermarks strategy(TimeBounds bounds, boolean rarelyUsed) {
    return new EventWatermarks(
        EventTime.ofPredictions(),
        bounds,
        Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        answers,
        rarelyUsed);
  }

  private long see(RawEvent event) {
    long timestamp = assigner.extractTimestamp(event, event.kafkaTimestampMillis());
    generator.onEvent(event, timestamp, seen);
    return timestamp;
  }

  private long periodic() {
    generator.onPeriodicEmit(seen);
    return seen.watermark;
  }

  private void passIdleTime() {
    // The first look after an event starts the count, a later one ends it.
    periodic();
    periodic();
    clock.advanceTime(Duration.ofSeconds(61));
    periodic();
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
