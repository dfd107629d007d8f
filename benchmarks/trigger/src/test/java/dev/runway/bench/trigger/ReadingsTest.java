package dev.runway.bench.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.RawEvent;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.Limits;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private static final int MODELS = 20;

  @Test
  void eachModel_hasAReadingOfEachWindow_inTheOrderOfTheTopic() throws Exception {
    Readings readings = new Readings(Shape.USUAL, MODELS, 7);
    Set<String> seen = new HashSet<>();
    long before = 0;
    for (long place = 0; place < 3 * MODELS; place++) {
      RawEvent event = readings.at(place);
      DriftReading reading = DriftReadingCodec.read(event.value());
      assertThat(seen.add(reading.modelId() + " " + reading.windowEndMillis())).isTrue();
      assertThat(reading.windowStartMillis())
          .isEqualTo(reading.windowEndMillis() - Readings.WINDOW)
          .isEqualTo(reading.evaluatedFromMillis());
      assertThat(event.kafkaTimestampMillis())
          .isGreaterThanOrEqualTo(before)
          .isBetween(reading.windowEndMillis(), reading.windowEndMillis() + Readings.WINDOW);
      before = event.kafkaTimestampMillis();
    }

    assertThat(seen).hasSize(3 * MODELS);
    assertThat(readings.at(10).value()).hasSizeGreaterThan(10_000);
  }

  @Test
  void breachedReading_hasAsManyFeaturesAsThereMayBe() throws Exception {
    byte[] bytes = new Readings(Shape.BREACHED, MODELS, 7).at(3).value();
    DriftReading reading = DriftReadingCodec.read(bytes);

    assertThat(reading.flagged()).isEqualTo(1_000);
    assertThat(reading.features())
        .hasSize(Limits.MAX_DRIFT_FEATURES)
        .allMatch(DriftReading.Feature::flagged);
    assertThat(bytes).hasSizeBetween(400_000, Limits.MAX_DRIFT_BYTES);
  }

  @Test
  void behindAWindow_nothingComesBeforeItIsJudged() {
    Readings readings = new Readings(Shape.USUAL, MODELS, 7);

    assertThat(readings.readTo(MODELS)).isLessThan(readings.appendedAt(MODELS));
    assertThat(readings.readTo(MODELS - 1)).isLessThan(readings.appendedAt(MODELS - 1));
  }
}
