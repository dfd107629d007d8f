package dev.runway.embedding.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingTraffic;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What of a window is marked, by the usual thresholds: what is surely beyond them. */
class TrafficReportTest {
  private static final int BEFORE = 4_000;
  private static final int NOW = 2_000;
  private static final float[][] VECTORS = SomeVectors.clustered(BEFORE + NOW, 1);

  /** A vector by what it was and its number, and how long it took to be stored. */
  private record Change(UnaryOperator<float[]> vector, double share, long storedMillis) {
    static Change of(UnaryOperator<float[]> vector) {
      return new Change(vector, 1, 0);
    }

    static Change ofSome(double share, UnaryOperator<float[]> vector) {
      return new Change(vector, share, 0);
    }

    static Change late(double share) {
      return new Change(vector -> vector, share, 120_000);
    }
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        arguments("mean_shift", Change.of(moved(0.45f)), Change.of(moved(0.2f))),
        arguments("covariance_change", Change.of(stretched(2)), Change.of(stretched(1.2f))),
        arguments("norm_ratio", Change.of(scaled(1.35f)), Change.of(scaled(1.2f))),
        arguments("norm_ratio", Change.of(scaled(0.7f)), Change.of(scaled(0.85f))),
        arguments(
            "unusable_rise",
            Change.ofSome(0.03, scaled(Float.NaN)),
            Change.ofSome(0.012, scaled(Float.NaN))),
        arguments("unusable_rise", Change.ofSome(0.03, scaled(0)), Change.ofSome(0.012, scaled(0))),
        arguments("freshness_p95_seconds", Change.late(0.08), Change.late(0.045)));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void metric_isMarkedWhenItIsSurelyBeyondItsThreshold(
      String metric, Change beyond, Change nearly) {
    assertThat(told(beyond).breached()).contains(metric);
    assertThat(told(nearly).breached()).doesNotContain(metric);
  }

  @Test
  void whatIsAsItWas_marksNothing_andEveryNumberHasItsInterval() {
    EmbeddingTraffic told = told(Change.of(vector -> vector));

    assertThat(told.breached()).isEmpty();
    assertThat(told.metrics())
        .isNotEmpty()
        .allSatisfy(
            metric -> {
              assertThat(metric.gap()).as(metric.metric()).isNull();
              assertThat(metric.value()).isBetween(metric.low(), metric.high());
              assertThat(metric.n()).isPositive();
            });
  }

  private static EmbeddingTraffic told(Change change) {
    TrafficSums reference = new TrafficSums(SomeVectors.DIMENSIONS);
    for (int i = 0; i < BEFORE; i++) {
      reference.add(VECTORS[i], ItemHash.of("item-" + i), 0, 0);
    }
    TrafficSums window = new TrafficSums(SomeVectors.DIMENSIONS);
    for (int i = 0; i < NOW; i++) {
      boolean isChanged = i < change.share() * NOW;
      float[] vector = VECTORS[BEFORE + i];
      window.add(
          isChanged ? change.vector().apply(vector) : vector,
          ItemHash.of("item-" + (BEFORE + i)),
          isChanged ? change.storedMillis() : 0,
          0);
    }
    return TrafficReport.of(
        TestingSpaces.space(), "v1", 0, 1, window, new TrafficReference(0, 1, reference));
  }

  private static UnaryOperator<float[]> moved(float by) {
    return vector -> {
      float[] result = vector.clone();
      for (int j = 0; j < result.length; j++) {
        result[j] += by;
      }
      return result;
    };
  }

  private static UnaryOperator<float[]> scaled(float by) {
    return vector -> {
      float[] result = vector.clone();
      for (int j = 0; j < result.length; j++) {
        result[j] *= by;
      }
      return result;
    };
  }

  /** In one dimension. */
  private static UnaryOperator<float[]> stretched(float by) {
    return vector -> {
      float[] result = vector.clone();
      result[0] *= by;
      return result;
    };
  }
}
