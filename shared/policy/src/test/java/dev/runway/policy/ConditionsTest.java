package dev.runway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.runway.policy.Condition.Answer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of("signal.psi_max > 0.2", Answer.YES),
        Arguments.of("signal.psi_max > 0.5", Answer.NO),
        Arguments.of("signal.coverage > 0.9 && signal.psi_max > 0.2", Answer.UNKNOWN),
        Arguments.of("'coverage' in signal && signal.coverage > 0.9", Answer.NO),
        Arguments.of("history.psi_max.last(2).all(v, v > 0.25)", Answer.YES),
        Arguments.of("history.psi_max.last(3).all(v, v > 0.25)", Answer.NO),
        Arguments.of("size(history.psi_max.last(9)) == 3", Answer.YES),
        Arguments.of("size(history.psi_max.last(-1)) == 0", Answer.YES),
        Arguments.of("age < duration('24h')", Answer.NO),
        Arguments.of("age > duration('720h')", Answer.YES),
        Arguments.of("model.canary || age < duration('24h')", Answer.NO),
        Arguments.of("model.tier == 2", Answer.YES),
        Arguments.of("1 / 0 == 1", Answer.UNKNOWN));
  }

  @ParameterizedTest
  @MethodSource("conditions")
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

  static Stream<Arguments> misspelt() {
    return Stream.of(
        Arguments.of(
            "signal.psi_mx > 0.2", "column 7: signal has no psi_mx; did you mean psi_max?"),
        Arguments.of("signal['Coverage'] > 0.2", "signal has no Coverage; did you mean coverage?"),
        Arguments.of("history.data_drfit.last(2).all(v, v > 0.5)", "did you mean data_drift?"),
        Arguments.of("has(signal.aucs) && signal.auc < 0.7", "did you mean auc?"),
        Arguments.of("'rms' in signal", "signal has no rms; did you mean rmse?"),
        Arguments.of("true || (false ? model.teir == 1 : true)", "did you mean tier?"));
  }

  /** It would be saved, and never be true or false. The job goes on with what was saved before. */
  @ParameterizedTest
  @MethodSource("misspelt")
  void nameThatNothingHas_isRefusedWithTheNearest(String condition, String complaint) {
    assertThat(Conditions.complaints(condition))
        .singleElement()
        .asString()
        .startsWith("line 1, column ")
        .contains(complaint);
    assertThat(Conditions.compile(condition)).hasToString(condition);
  }

  @Test
  void everyKnownName_isTaken() {
    for (String name : SignalNames.SIGNALS) {
      assertThat(
              Conditions.complaints(
                  "signal.%s > 0.1 && size(history.%s) > 1".formatted(name, name)))
          .isEmpty();
    }
    assertThat(Conditions.complaints("signal[model.team] > 0.1 && model.canary")).isEmpty();
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
