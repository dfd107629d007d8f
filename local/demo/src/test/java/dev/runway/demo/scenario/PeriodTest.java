package dev.runway.demo.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class PeriodTest {

  @Test
  void labels_nameTheCalendarInUtc() {
    long endOf2000 = millis("2000-12-31T23:59:59Z");

    assertThat(Period.WEEK.label(endOf2000)).isEqualTo("2000-W52");
    assertThat(Period.WEEK.label(endOf2000 + 1_000)).isEqualTo("2001-W01");
    assertThat(Period.MONTH.label(endOf2000)).isEqualTo("2000-12");
    assertThat(Period.QUARTER.label(endOf2000)).isEqualTo("2000-Q4");
    assertThat(Period.YEAR.label(endOf2000 + 1_000)).isEqualTo("2001");
  }

  @Test
  void prediction_belongsToThePeriodOfItsWindowsStart() {
    long week = 7 * Times.DAY;
    // Seven-day windows begin on Thursdays; Friday 1993-01-01 lies in that of 1992-12-31.
    assertThat(Period.YEAR.label(millis("1993-01-01T12:00:00Z"), week)).isEqualTo("1992");
    assertThat(Period.YEAR.label(millis("1993-01-07T00:00:00Z"), week)).isEqualTo("1993");
  }

  private static long millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }
}
