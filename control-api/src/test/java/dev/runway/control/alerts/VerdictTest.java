package dev.runway.control.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.Suspension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {
  @ParameterizedTest
  @CsvSource({
    "STALE, MODEL_STALE, MODEL_SUSPENDED MODEL_SILENT",
    "SUSPENDED, MODEL_SUSPENDED, MODEL_SILENT",
    "NO_DATA, MODEL_SILENT, MODEL_SUSPENDED",
    "RETRAINING, , MODEL_SUSPENDED MODEL_SILENT",
    "AT_RISK, , MODEL_STALE MODEL_SUSPENDED MODEL_SILENT",
    "HEALTHY, , MODEL_STALE MODEL_SUSPENDED MODEL_SILENT",
    "WARMING, , MODEL_STALE MODEL_SUSPENDED MODEL_SILENT"
  })
  void state_opensItsOwnAlertAndEndsWhatItKnowsIsOver(ModelState state, Rule found, String over) {
    Verdict verdict = Verdict.of(Events.state("m", state, 1, "m/2.1.0/1"));

    assertThat(verdict.found().stream().map(Finding::rule).toList())
        .isEqualTo(found == null ? List.of() : List.of(found));
    assertThat(verdict.over()).isEqualTo(rules(over));
  }

  @ParameterizedTest
  @EnumSource(
      value = ModelState.class,
      names = {"DEPRECATED", "RETIRED"})
  void versionThatEnds_endsAllItsAlerts(ModelState state) {
    Verdict verdict = Verdict.of(Events.state("m", state, 1, null));

    assertThat(verdict.found()).isEmpty();
    assertThat(verdict.over()).isEqualTo(Rule.OF_VERSIONS).hasSize(6);
  }

  /** Its source is found to be down, and then is not any more: it has been silent all the time. */
  @Test
  void silence_isOneAlertWhateverIsSaidOfItsSource() {
    Finding first = found(Events.silent(ModelState.NO_DATA, null, 1));
    Verdict down = Verdict.of(Events.silent(ModelState.SUSPENDED, Suspension.SOURCE_DOWN, 3));
    Finding again = found(Events.silent(ModelState.NO_DATA, null, 5));

    assertThat(first.summary()).endsWith("has not predicted since 2026-11-26T11:00:00Z");
    assertThat(down.found()).extracting(Finding::rule).containsExactly(Rule.MODEL_SUSPENDED);
    assertThat(down.found().get(0).summary()).endsWith("SOURCE_DOWN");
    assertThat(down.over()).isEmpty();
    assertThat(again.id()).isEqualTo(first.id());
  }

  @Test
  void episode_isOneAlertHoweverOftenItIsSeen() {
    Finding first = found(Events.state("m", ModelState.STALE, 1, "e-1"));
    Finding again = found(Events.state("m", ModelState.STALE, 2, "e-1"));
    Finding next = found(Events.state("m", ModelState.STALE, 3, "e-2"));

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(next.id()).isNotEqualTo(first.id());
    assertThat(found(Events.state("n", ModelState.STALE, 1, "e-1")).id()).isNotEqualTo(first.id());
  }

  @Test
  void finding_saysWhatAPersonNeeds() {
    Finding stale = found(Events.state("ranker", ModelState.STALE, 1, "e-1"));

    assertThat(stale.summary())
        .isEqualTo("ranker 2.1.0 is stale, score 0.72: user_age_days, clicks<7d>&more");
    assertThat(stale.details().at("/signals/0").asText()).isEqualTo("DATA_DRIFT");
    assertThat(stale.details().path("since").asText()).isEqualTo("2026-11-26T12:10:00Z");
    assertThat(stale.team()).isEqualTo("ranking");
    assertThat(found(Events.state("r", ModelState.SUSPENDED, 1, null)).summary())
        .endsWith("INPUT_LAG");
    assertThat(found(Events.state("r", ModelState.NO_DATA, 1, null)).details().has("score"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1, CRITICAL", "2, ERROR", "3, WARNING", "4, INFO"})
  void severity_isThatOfTheTier(int tier, Severity severity) {
    assertThat(found(Events.state("m", ModelState.STALE, 1, "e", tier)).severity())
        .isEqualTo(severity);
  }

  @Test
  void severity_isNotAboveWhatTheRuleAllows() {
    assertThat(found(Events.state("m", ModelState.SUSPENDED, 1, "e", 1)).severity())
        .isEqualTo(Severity.WARNING);
    assertThat(Severity.of(0, Rule.SCHEDULER_DOWN.worst())).isEqualTo(Severity.ERROR);
  }

  @ParameterizedTest
  @CsvSource({
    "INVESTIGATE_DATA, , DATA_SUSPECT",
    "ROLLBACK, , VERSION_WORSE",
    "ROLLBACK, STORM, VERSION_WORSE RETRAIN_HELD",
    "RETRAIN, STORM, RETRAIN_HELD",
    "RETRAIN, ATTRIBUTED, RETRAIN_HELD",
    "RETRAIN, ATTEMPTS, RETRAIN_HELD",
    "RETRAIN, GENERATION, RETRAIN_HELD",
    "RETRAIN, COOL_DOWN, ",
    "RETRAIN, OUTSTANDING, ",
    "RETRAIN, , ",
    "WAIT_LABELS, , ",
    "NONE, , "
  })
  void decision_opensWhatItSaysAndEndsTheOthers(
      Decision.Verdict decided, Decision.Hold hold, String found) {
    Verdict verdict = Verdict.of(Events.decision("m", decided, hold, 1, "e-1"));

    Set<Rule> rules = rules(found);
    assertThat(Set.copyOf(verdict.found().stream().map(Finding::rule).toList())).isEqualTo(rules);
    EnumSet<Rule> others = EnumSet.copyOf(Rule.OF_DECISIONS);
    others.removeAll(rules);
    assertThat(verdict.over()).isEqualTo(others);
  }

  private static Finding found(dev.runway.model.Staleness reading) {
    return Verdict.of(reading).found().get(0);
  }

  private static Set<Rule> rules(String names) {
    EnumSet<Rule> rules = EnumSet.noneOf(Rule.class);
    if (names != null) {
      for (String name : names.split(" ", -1)) {
        rules.add(Rule.valueOf(name));
      }
    }
    return rules;
  }
}
