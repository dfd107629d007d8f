package dev.runway.demo.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void flights_areWhatTheirSourceHolds() {
    List<Flight> flights = Flight.all();

    assertThat(flights).hasSize(20_000);
    assertThat(flights).isSortedAccordingTo(Comparator.comparingLong(Flight::departedAtMillis));
    assertThat(flights.get(0))
        .isEqualTo(
            new Flight(
                Instant.parse("2001-01-01T00:47:00Z").toEpochMilli(),
                "DTW",
                "LAS",
                "Midwest",
                1750,
                66));
    assertThat(flights.stream().map(Flight::region).collect(Collectors.toSet()))
        .isEqualTo(Set.of("Northeast", "Midwest", "South", "West", "Territories"));
  }

  @Test
  void weather_hasEveryDayOfBothCities() {
    List<WeatherDay> days = WeatherDay.all();

    assertThat(days).hasSize(2 * 1461);
    assertThat(days.get(0).date()).isEqualTo(LocalDate.of(2012, 1, 1));
    assertThat(days).filteredOn(day -> day.location().equals("Seattle")).hasSize(1461);
  }

  @Test
  void strikes_knowMissingSpeedsAndUnexplainedDamage() {
    List<BirdStrike> strikes = BirdStrike.all();

    assertThat(strikes).hasSize(10_000);
    assertThat(strikes).filteredOn(strike -> Double.isNaN(strike.speedKnots())).hasSize(2836);
    assertThat(strikes).filteredOn(strike -> !strike.damageKnown()).hasSize(15);
    assertThat(strikes)
        .filteredOn(strike -> strike.damageKnown() && !strike.damaged())
        .hasSize(8939);
  }

  @Test
  void fileOfAnotherShape_isRefused() {
    assertThatThrownBy(() -> SampleFile.read("weather.csv.gz", "date,place", row -> row))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected date,place");
  }
}
