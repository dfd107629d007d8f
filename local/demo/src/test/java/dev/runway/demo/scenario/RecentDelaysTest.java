package dev.runway.demo.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.sample.Flight;
import org.junit.jupiter.api.Test;

class RecentDelaysTest {
  private final RecentDelays delays = new RecentDelays(3 * Times.HOUR);

  @Test
  void mean_isOfFlightsThatLandedWithinTheSpan() {
    delays.landed(0, flight("JFK", 60));
    delays.landed(Times.HOUR, flight("JFK", 20));
    delays.landed(2 * Times.HOUR, flight("BOS", -5));

    assertThat(delays.mean(2 * Times.HOUR)).isEqualTo(25);
    assertThat(delays.mean(2 * Times.HOUR, "JFK")).isEqualTo(40);
    assertThat(delays.mean(3 * Times.HOUR + 1, "JFK")).isEqualTo(20);
    assertThat(delays.mean(3 * Times.HOUR + 1)).isEqualTo(7.5);
  }

  @Test
  void mean_whereNothingLanded_isMissing() {
    delays.landed(0, flight("JFK", 60));

    assertThat(delays.mean(1, "SEA")).isNaN();
    assertThat(delays.mean(4 * Times.HOUR, "JFK")).isNaN();
    assertThat(delays.mean(4 * Times.HOUR)).isNaN();
  }

  private static Flight flight(String destination, int delay) {
    return new Flight(0, "SFO", destination, "West", 500, delay);
  }
}
