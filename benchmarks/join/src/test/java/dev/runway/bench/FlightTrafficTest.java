package dev.runway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flights out of Parquet, a small file of the same form as the real one. */
class FlightTrafficTest {
  private static final int FLIGHTS = 5_000;

  @TempDir Path folder;

  private Workload workload;

  @BeforeEach
  void makeFile() throws Exception {
    Path parquet = folder.resolve("flights.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT TIMESTAMP '2001-01-01' + INTERVAL 1 MINUTE * ((i * 7919) % 5000) AS date,"
              + " ((i * 31) % 60)::SMALLINT AS delay, (100 + i % 2000)::SMALLINT AS distance,"
              + " 'PHX' AS origin, 'SAN' AS destination FROM range(5000) t(i))"
              + " TO '"
              + parquet
              + "' (FORMAT PARQUET)");
    }
    Path file = folder.resolve("flights.bin");
    FlightsFile.convert(parquet, file);
    assertThat(Files.size(file)).isEqualTo((long) FLIGHTS * Flights.ROW_BYTES);
    workload = Workload.of(0, 7, Workload.FLIGHTS + file);
  }

  @Test
  void predictionsComeInOrderOfDeparture_outcomesWhenTheyLand() {
    List<Long> predicted = new ArrayList<>();
    List<Long> observed = new ArrayList<>();
    for (long step = 0; step < workload.steps(); step++) {
      long now = workload.watermarkMillis(step);
      workload.step(
          step,
          new Workload.Events() {
            @Override
            public void prediction(long n) {
              assertThat(workload.predictedAtMillis(n)).isGreaterThanOrEqualTo(now);
              predicted.add(n);
            }

            @Override
            public void outcome(long n, long at) {
              assertThat(predicted).contains(n);
              observed.add(workload.observedAtMillis(n, at));
            }
          });
    }

    assertThat(predicted).hasSize(FLIGHTS).doesNotHaveDuplicates();
    assertThat(observed).isSorted().hasSizeBetween(FLIGHTS * 9 / 10, FLIGHTS);
    assertThat(workload.open()).isBetween(1_400, 1_500);
    assertThat(workload.expiredBefore(FLIGHTS - 1)).isBetween(3_500L, 3_600L);
  }

  @Test
  void eventsAreTheContracts() throws Exception {
    Prediction prediction = PredictionCodec.read(workload.prediction(123).value());
    Outcome outcome = OutcomeCodec.read(workload.outcome(123, 400).value());

    assertThat(prediction.predictionId()).isEqualTo(outcome.predictionId()).hasSize(36);
    assertThat(prediction.score()).isBetween(0.1, 0.7);
    assertThat(outcome.label()).isIn("true", "false");
    assertThat(outcome.observedAtMillis()).isGreaterThan(prediction.predictedAtMillis());
  }
}
