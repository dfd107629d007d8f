package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadTest {
  private static final int OPEN = 4_096;
  private static final long STEPS = 6L * OPEN;

  private final Workload workload = new SyntheticTraffic(7, OPEN, true);

  @Test
  void everyPredictionComesOnce_butForTheRepeated_andMostAreLabelledWithinTheHorizon() {
    Set<Long> predicted = new HashSet<>();
    Set<Long> labelled = new HashSet<>();
    int[] repeated = new int[1];
    int[] late = new int[1];
    int[] behind = new int[1];
    int[] unknown = new int[1];
    for (long step = 0; step < STEPS; step++) {
      long now = workload.watermarkMillis(step);
      workload.step(
          step,
          new Workload.Events() {
            @Override
            public void prediction(long n) {
              repeated[0] += predicted.add(n) ? 0 : 1;
              behind[0] += workload.predictedAtMillis(n) < now ? 1 : 0;
            }

            @Override
            public void outcome(long n, long at) {
              labelled.add(n);
              behind[0] += workload.observedAtMillis(n, at) < now ? 1 : 0;
              unknown[0] += predicted.contains(n) ? 0 : 1;
              boolean inTime =
                  workload.observedAtMillis(n, at) <= workload.predictedAtMillis(n) + OPEN;
              late[0] += inTime ? 0 : 1;
            }
          });
    }

    assertThat(behind[0]).as("events behind the watermark").isZero();
    assertThat(unknown[0]).as("outcomes before their prediction").isZero();
    assertThat(predicted).hasSize((int) STEPS);
    assertThat(repeated[0]).isBetween((int) (STEPS / 200), (int) (STEPS / 50));
    assertThat(labelled.size()).isBetween((int) (0.7 * STEPS), (int) (0.96 * STEPS));
    assertThat(late[0]).isBetween((int) (STEPS / 400), (int) (STEPS / 40));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eventsAreTheContracts_ofThreeHundredBytes(boolean timeOrdered) throws Exception {
    Workload other = new SyntheticTraffic(7, OPEN, timeOrdered);
    Prediction prediction = PredictionCodec.read(other.prediction(12_345).value());
    Outcome outcome = OutcomeCodec.read(other.outcome(12_345, 13_000).value());

    assertThat(prediction.predictionId()).isEqualTo(outcome.predictionId()).hasSize(36);
    assertThat(prediction.predictionId().charAt(14)).isEqualTo(timeOrdered ? '7' : '4');
    assertThat(other.prediction(12_345).value().length).isBetween(280, 330);
    assertThat(other.outcome(12_345, 13_000).value().length).isBetween(280, 330);
  }
}
