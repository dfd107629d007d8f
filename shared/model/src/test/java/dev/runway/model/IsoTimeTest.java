package dev.runway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {

  @Test
  void everyDayOfTheYears0To9999_isThatOfTheCalendar() {
    LocalDate end = LocalDate.of(10_000, 1, 1);
    for (LocalDate day = LocalDate.of(0, 1, 1); day.isBefore(end); day = day.plusDays(1)) {
      long expected = day.toEpochDay() * 86_400_000L;
      if (millis(day + "T00:00:00Z") != expected) {
        assertThat(millis(day + "T00:00:00Z")).as(day.toString()).isEqualTo(expected);
      }
    }
  }

  @Test
  void randomTexts_areReadAsOffsetDateTimeDoesOrNotAtAll() {
    SplittableRandom random = new SplittableRandom(20_261_124L);
    int read = 0;
    for (int i = 0; i < 200_000; i++) {
      String text =
          "%04d-%02d-%02dT%02d:%02d:%02d%sZ"
              .formatted(
                  random.nextInt(10_000),
                  random.nextInt(14),
                  random.nextInt(33),
                  random.nextInt(25),
                  random.nextInt(61),
                  random.nextInt(61),
                  random.nextBoolean() ? "" : ".%03d".formatted(random.nextInt(1_000)));
      long millis = millis(text);
      long expected = slowly(text);
      read += millis == EventTime.NONE ? 0 : 1;
      if (millis != expected) {
        assertThat(millis).as(text).isEqualTo(expected);
      }
    }
    assertThat(read).isGreaterThan(100_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2001-03-01T06:15:00",
        "2001-03-01T06:15:00z",
        "2001-03-01t06:15:00Z",
        "2001-03-01 06:15:00Z",
        "2001-03-01T06:15:00.1Z",
        "2001-03-01T06:15:00.1234Z",
        "2001-03-01T06:15:00,123Z",
        "2001-03-01T06:15:00+00:00",
        "2001-03-01T06:15Z",
        "2001-02-29T06:15:00Z",
        "20010301T061500.000Z0000",
      })
  void otherForm_isLeftToOthers(String text) {
    assertThat(millis(text)).isEqualTo(EventTime.NONE);
  }

  @Test
  void part_ofLongerBytes_isReadAlone() {
    byte[] bytes = "\"1970-01-01T00:00:01.250Z\"".getBytes(StandardCharsets.US_ASCII);

    assertThat(IsoTime.millis(bytes, 1, bytes.length - 1)).isEqualTo(1_250);
    assertThat(Instant.ofEpochMilli(1_250)).isEqualTo("1970-01-01T00:00:01.250Z");
  }

  private static long slowly(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException e) {
      return EventTime.NONE;
    }
  }

  private static long millis(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return IsoTime.millis(bytes, 0, bytes.length);
  }
}
