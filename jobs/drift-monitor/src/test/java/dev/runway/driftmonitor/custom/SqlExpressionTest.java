package dev.runway.driftmonitor.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.runway.drift.custom.FeatureWindow;
import dev.runway.drift.reading.DriftReading;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlExpressionTest {
  private static final FeatureWindow NUMBER = SomeWindows.NUMBER;

  @Test
  void columns_areThoseOfTheWindowAndItsReadings() throws InvalidExpression {
    assertThat(value("n")).isEqualTo(2_000);
    assertThat(value("reference_n")).isEqualTo(5_000);
    assertThat(value("mean / reference_mean")).isCloseTo(2, within(0.05));
    assertThat(value("MAX - Min")).isEqualTo(NUMBER.current().max() - NUMBER.current().min());
    assertThat(value("psi")).isEqualTo(NUMBER.metric("psi")).isPositive();
    assertThat(SqlExpression.compile("missing_rows / events").of(SomeWindows.WINDOWS.get(2)))
        .isEqualTo(0.5);
  }

  @Test
  void everyColumn_canBeNamed() {
    assertThat(SqlColumns.names())
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(value(name)).isNotInfinite());
  }

  /** A built-in metric that is added has a column as well, or is one that is counted. */
  @Test
  void everyBuiltInMetric_isAColumn() {
    Set<String> built = new TreeSet<>();
    SomeWindows.REPORT
        .features()
        .forEach(
            feature -> feature.readings().stream().map(DriftReading::metric).forEach(built::add));
    built.removeAll(List.of("mean", "stddev"));

    assertThat(SqlColumns.METRICS).containsAll(built);
    assertThat(built).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 / 2 + 3 * 4 | 12.5
          -(2 - 5) % 2 | 1
          1e-3 + .5 | 0.501
          ABS(-2) + CEIL(1.2) + CEILING(1.2) + FLOOR(1.8) + SIGN(-3) | 6
          EXP(0) + LN(1) + LOG10(100) + SQRT(9) + MOD(7, 4) + POWER(2, 3) | 17
          GREATEST(1, 3, 2) - LEAST(1, 3, 2) | 2
          COALESCE(NULL, 1 / 0, 7, 8) | 7
          COALESCE(NULLIF(3, 3), 4) + NULLIF(3, 4) | 7
          CASE WHEN n > 100 AND psi >= 0.1 THEN 1 ELSE 2 END | 1
          CASE WHEN n < 100 OR psi <= 0.1 THEN 1 ELSE 2 END | 2
          CASE WHEN NOT (n = 2000) THEN 1 WHEN n <> 3 THEN 5 END | 5
          CASE n WHEN 1 THEN 10 WHEN 2000 THEN 20 END | 20
          CASE WHEN n BETWEEN 2000 AND 2001 AND n NOT BETWEEN 1 AND 2 THEN 1 END | 1
          CASE WHEN 1 / 0 IS NULL AND n IS NOT NULL THEN 1 END | 1
          CASE WHEN n NOTNULL AND NOT (1 / 0 NOTNULL) AND 1 / 0 ISNULL THEN 1 END | 1
          CASE WHEN n ISNULL OR 1 / 0 NOTNULL OR NOT (n NOTNULL) THEN 1 ELSE 2 END | 2
          CASE WHEN NULL > 1 THEN 1 WHEN NOT (NULL > 1) THEN 2 ELSE 3 END | 3
          CASE WHEN NULL > 1 OR n > 1 THEN 1 ELSE 3 END | 1
          CASE WHEN NULL > 1 AND n > 1 THEN 1 ELSE 3 END | 3
          CASE WHEN NOT (NULL > 1 AND n < 1) THEN 1 ELSE 3 END | 1
          """)
  void expression_meansWhatItMeansInSql(String text, double expected) throws InvalidExpression {
    assertThat(value(text)).isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NULL",
        "1 / 0",
        "0 / 0",
        "5 % 0",
        "SQRT(-1)",
        "LN(0)",
        "EXP(1000)",
        "1 + NULL",
        "GREATEST(1, NULL)",
        "POWER(NULL, 0)",
        "CASE WHEN n < 1 THEN 1 END",
        "new_category",
        "NULLIF(1, 1)",
        "CASE NULL WHEN NULL THEN 1 END"
      })
  void whatIsNoNumber_isNull(String text) throws InvalidExpression {
    assertThat(value(text)).isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mean + | at character 6: the expression ends too early
          mean mean | at character 6: 'mean' is not expected here
          1; drop table x | at character 2: ';' is not expected here
          (1 + 2 | the expression ends too early
          1 + meann | at character 5: there is no column meann; mean?
          m.mean | at character 1: there is no column m.mean; docs/custom-metrics.md lists them
          "mean" | at character 1: there is no column "mean"
          1 + 'a' | at character 5: a number is due, found 'a'
          psi > 1 | a number is due
          CASE WHEN psi THEN 1 END | at character 11: a condition is due, found psi
          sum(n) over () | a number is due
          count(*) | is due, found *
          (select 1) | a number is due
          1 + (select max(x) from t) | a number is due
          n IN (1, 2) | a number is due
          ABS(1, 2) | at character 1: ABS of 2 is not accepted
          1 + pg_sleep(10) | at character 5: pg_sleep of 1 is not accepted; known are ABS
          ABS(DISTINCT n) | ABS of 1 is not accepted
          cast(n as int) | a number is due
          n ^ 1 | a number is due
          ~n | a number is due
          ? | a number is due
          1e999 | a number of double precision is due
          # | this is no SQL expression
          ((((((((((mean)))))))))) n | at character 26: 'n' is not expected here
          (((((((((((mean))))))))))) n | at character 28: 'n' is not expected here
          """)
  void mistake_isToldWithItsPlace(String text, String detail) {
    assertThatThrownBy(() -> SqlExpression.compile(text))
        .isInstanceOf(InvalidExpression.class)
        .hasMessageContaining(detail);
  }

  @Test
  void hostileTexts_areRefusedAtOnce() {
    for (String text :
        new String[] {
          "(".repeat(500),
          "-".repeat(500),
          "'".repeat(499),
          "[".repeat(500),
          "a.".repeat(249) + "a",
          "ABS(".repeat(125),
          "1".repeat(501),
          "\0",
          "/*".repeat(250),
          "CASE ".repeat(99) + "1",
          "CASE WHEN ".repeat(49) + "1",
          "CASE n WHEN 1 THEN 1 ELSE ".repeat(15) + "n" + " END".repeat(14),
          "CASE WHEN ".repeat(4) + "(".repeat(32) + "n > 1 AND n" + ")".repeat(32) + " THEN",
          ""
        }) {
      // A grammar that tries each CASE again inside of the last one takes for ever.
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              assertThatThrownBy(() -> SqlExpression.compile(text))
                  .isInstanceOf(InvalidExpression.class),
          text.substring(0, Math.min(10, text.length())));
    }
  }

  /** Once for each clause would be, of one in the other, as often as their clauses multiply. */
  @Test
  void operandOfACase_isEvaluatedOnce() {
    AtomicInteger asked = new AtomicInteger();
    Term operand = window -> asked.incrementAndGet();
    Term no = window -> 0;

    Term choice = Term.choice(operand, List.of(no, no, no), List.of(no, no, no), window -> 7);

    assertThat(choice.of(NUMBER)).isEqualTo(7);
    assertThat(asked).hasValue(1);
  }

  @Test
  void longestAndDeepestExpression_isEvaluated() throws InvalidExpression {
    assertThat(value("1" + "+1".repeat(249))).isEqualTo(250);
    assertThat(value("ABS(".repeat(32) + "-3" + ")".repeat(32))).isEqualTo(3);
    assertThat(value("CASE ".repeat(16) + "7" + " WHEN 1 THEN 1 ELSE 3 END".repeat(16)))
        .isEqualTo(3);
    assertThat(value("CASE WHEN " + "NOT ".repeat(100) + "n > 1 THEN 1 END")).isEqualTo(1);
  }

  private static double value(String text) throws InvalidExpression {
    return SqlExpression.compile(text).of(NUMBER);
  }
}
