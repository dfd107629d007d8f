package dev.runway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.runway.policy.Condition.Answer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "signal.psi_max > 0.2 | YES",
        "signal.psi_max > 0.5 | NO",
        "signal.coverage > 0.9 && signal.psi_max > 0.2 | UNKNOWN",
        "'coverage' in signal && signal.coverage > 0.9 | NO",
        "history.psi_max.last(2).all(v, v > 0.25) | YES",
        "history.psi_max.last(3).all(v, v > 0.25) | NO",
        "size(history.psi_max.last(9)) == 3 | YES",
        "size(history.psi_max.last(-1)) == 0 | YES",
        "age < duration('24h') | NO",
        "age > duration('720h') | YES",
        "model.canary || age < duration('24h') | NO",
        "model.tier == 2 | YES",
        "1 / 0 == 1 | UNKNOWN",
      })
  void condition_isJudgedByWhatIsKnown(String condition, Answer answer) {
    assertThat(Conditions.compile(condition).judge(facts(Duration.ofDays(31)))).isEqualTo(answer);
  }

  @Test
  void ageThatIsNotKnown_isUnknown() {
    assertThat(Conditions.compile("age < duration('24h')").judge(facts(null)))
        .isEqualTo(Answer.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"psi > 0.2", "signal.psi > '0.2'", "signal.psi", "java.lang.System.exit(0)"})
  void conditionOfUnknownWordsOrAnotherType_isRefusedWithItsPlace(String condition) {
    assertThat(Conditions.complaints(condition)).allMatch(c -> c.startsWith("line 1, column "));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conditions.compile(condition))
        .withMessageContaining("line 1, column ");
  }

  /** A policy is written by anybody in a team, and judged in a job for everybody. */
  @Test
  void loopsOverLoops_end() {
    String loop = "history.x.all(a, history.x.all(b, history.x.all(c, history.x.all(d, %s))))";
    Facts many = new Facts(Map.of(), Map.of("x", Collections.nCopies(40, 1.0)), Map.of(), null);

    assertThat(Conditions.compile(loop.formatted("a == 1.0")).judge(many))
        .isEqualTo(Answer.UNKNOWN);
  }

  private static Facts facts(@Nullable Duration age) {
    return new Facts(
        Map.of("psi_max", 0.3),
        Map.of("psi_max", List.of(0.1, 0.28, 0.3)),
        Map.of("tier", 2L, "canary", false),
        age);
  }
}
