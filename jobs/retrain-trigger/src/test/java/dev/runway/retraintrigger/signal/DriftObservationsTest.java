package dev.runway.retraintrigger.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.DriftReading;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.Signal;
import dev.runway.model.DriftReading.Status;
import dev.runway.retraintrigger.SomeReadings;
import java.util.List;
import org.junit.jupiter.api.Test;

class DriftObservationsTest {
  private static final Signal UNKNOWN = SomeReadings.signal(DriftReading.SEASON_UNKNOWN, 1, false);

  private static final Feature SEASONAL = SomeReadings.feature("delay", 1, List.of(UNKNOWN));
  private static final Feature BROKEN =
      SomeReadings.feature("carrier", 0.5, List.of(SomeReadings.signal("missing_change", 1, true)));
  private static final Feature CALM = SomeReadings.feature("distance", 0, List.of());

  /**
   * A reading of a real baseline.
   *
   * @param flagged as it says itself, which may be more than it names
   */
  private static Observation observed(int flagged, Feature... features) {
    return DriftObservations.of(
            new DriftReading(
                "m",
                "v1",
                DriftReading.ALL,
                "b-1",
                false,
                0,
                600_000,
                0,
                1,
                Status.EVALUATED,
                2_000,
                400,
                400,
                flagged,
                1.0,
                List.of(features)))
        .orElseThrow();
  }

  @Test
  void readingOfFeaturesThatMayAllBeASeason_standsBehindOthers() {
    assertThat(observed(1, SEASONAL, CALM).provisional()).isTrue();
    assertThat(observed(1, SEASONAL, CALM).severity()).isEqualTo(1.0);
    assertThat(observed(1, SEASONAL, CALM).features()).containsExactly("delay");
  }

  @Test
  void oneFeatureThatIsNoSeason_isEnough() {
    assertThat(observed(2, SEASONAL, BROKEN).provisional()).isFalse();
    assertThat(observed(1, BROKEN).provisional()).isFalse();
    assertThat(observed(0, CALM).provisional()).isFalse();
    // Of what it does not name nobody knows.
    assertThat(observed(2, SEASONAL).provisional()).isFalse();
  }

  /** More than 200 features cannot be named: of how many it holds stands beside them. */
  @Test
  void featuresThatAreNotNamed_areHeldByTheirNumber() {
    assertThat(observed(300, events(300), SEASONAL).provisional()).isTrue();
    assertThat(observed(300, events(299), SEASONAL).provisional()).isFalse();
    // A feature of its own that is named so says nothing of others.
    Feature named = SomeReadings.feature(DriftReading.EVENTS, 1, List.of(UNKNOWN));
    assertThat(observed(300, named, SEASONAL).provisional()).isFalse();
  }

  private static Feature events(int unknown) {
    return new Feature(
        DriftReading.EVENTS,
        DriftReading.FeatureKind.NUMERIC,
        false,
        null,
        List.of(SomeReadings.signal(DriftReading.SEASON_UNKNOWN, unknown, false)));
  }
}
