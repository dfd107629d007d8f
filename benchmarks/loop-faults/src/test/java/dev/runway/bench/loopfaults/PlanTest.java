package dev.runway.bench.loopfaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final int SEEDS = 20;

  @Test
  void wholeDay_has200EpisodesOf60Models_andFourKillsOfEach() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Plan plan = Plan.whole(seed);

      assertThat(plan.drifting()).hasSize(60);
      assertThat(plan.spells()).hasSize(200);
      assertThat(killsOfEach(plan)).containsOnlyKeys(Victim.values()).containsValue(4L);
      assertThat(killsOfEach(plan).values()).containsOnly(4L);
      requireApart(plan);
      requireCalm(plan);
    }
  }

  @Test
  void smallForm_has20Episodes_andOneKillOfEach() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Plan plan = Plan.small(seed);

      assertThat(plan.spells()).hasSize(20);
      assertThat(killsOfEach(plan).values()).containsOnly(1L).hasSize(Victim.values().length);
      requireApart(plan);
      requireCalm(plan);
    }
  }

  private static Map<Victim, Long> killsOfEach(Plan plan) {
    assertThat(plan.kills())
        .allSatisfy(kill -> assertThat(kill.minute()).isBetween(Plan.FIRST, plan.last() - 10));
    assertThat(plan.kills().stream().map(Kill::minute).toList()).isSorted();
    return plan.kills().stream()
        .collect(Collectors.groupingBy(Kill::victim, Collectors.counting()));
  }

  /** A spell begins when the one before is over: trained, cooled down, and judged as well. */
  private static void requireApart(Plan plan) {
    Map<String, Model> models =
        plan.models().stream().collect(Collectors.toMap(Model::id, Function.identity()));
    int begun = 0;
    for (Map.Entry<String, NavigableMap<Integer, Spell>> spells :
        plan.spellsOfModels().entrySet()) {
      int over = 0;
      for (Spell spell : spells.getValue().values()) {
        assertThat(spell.end() % models.get(spells.getKey()).windowMinutes()).isZero();
        assertThat(spell.end()).isGreaterThan(over);
        int trained = spell.end() + Plan.JUDGED_AFTER + Plan.HEARD_AFTER + spell.trainMinutes();
        over = trained + 30;
        begun++;
      }
      assertThat(over).isLessThan(plan.last() + 30);
    }
    assertThat(begun)
        .as("no two spells of one model in one window")
        .isEqualTo(plan.spells().size());
  }

  /** More than a tenth of a fleet within an hour is a storm, and nothing would be retrained. */
  private static void requireCalm(Plan plan) {
    List<Spell> spells = plan.spells();
    for (Spell first : spells) {
      long together =
          spells.stream()
              .filter(spell -> spell.end() >= first.end() && spell.end() < first.end() + 60)
              .count();
      assertThat(10 * together).isLessThan(plan.models().size());
    }
  }

  @Test
  void sameSeed_isTheSameDay_andAnotherOneIsNot() {
    assertThat(Plan.small(7)).isEqualTo(Plan.small(7)).isNotEqualTo(Plan.small(8));
  }

  @Test
  void moreThanHasRoom_isRefused() {
    assertThatThrownBy(() -> Plan.of(1, 123, 20, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Plan.of(1, 1_441, 20, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
