package dev.runway.tables.write;

import static dev.runway.tables.write.Samples.COUNTS;
import static dev.runway.tables.write.Samples.count;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowChecksTest {

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000", "\uD800", "a\uDC00b", "\uDC00\uD800"})
  void textThatPostgresCannotHold_isRefusedWithItsColumn(String text) {
    refused(count(text, 1), "name");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void numberThatIsNotFinite_isRefusedWithItsColumn(double ratio) {
    refused(count("a", 0, ratio, 1), "ratio");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_800_000L, -62_135_596_800_001L})
  void timeOutsideTheYears1To9999_isRefusedWithItsColumn(long millis) {
    refused(count("a", millis, 0.5, 1), "hour");
  }

  @Test
  void keyWithoutAPart_isRefused() {
    refused(TableRow.of(Samples.ORIGIN, null, 0L, 0.5, 1L), "name");
  }

  @Test
  void everythingElse_passes() {
    assertThatNoException()
        .isThrownBy(
            () -> {
              RowChecks.check(COUNTS, count("\uD83D\uDE00 \u0001", -62_135_596_800_000L, null, 1));
              RowChecks.check(COUNTS, count("", 253_402_300_799_999L, -Double.MAX_VALUE, 1));
            });
  }

  @Test
  void storableText_differsOnlyWhereItMust() {
    assertThat(RowChecks.storable(null)).isNull();
    assertThat(RowChecks.storable("\u0000\uD83D\uDE00\uDE00"))
        .isEqualTo("\uFFFD\uD83D\uDE00\uFFFD");
  }

  private static void refused(TableRow row, String column) {
    assertThatThrownBy(() -> RowChecks.check(COUNTS, row))
        .isInstanceOfSatisfying(
            MalformedEvent.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_VALUE);
              assertThat(e.field()).isEqualTo(column);
            });
  }
}
