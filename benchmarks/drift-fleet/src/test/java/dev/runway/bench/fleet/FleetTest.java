package dev.runway.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small fleet, the same on every machine: what the benchmark finds on a large one. */
class FleetTest {
  private static final long SEED = 20261126;

  /** The rules were made with the first seed in sight, and never with the second. */
  @ParameterizedTest
  @ValueSource(longs = {SEED, 99})
  void smallFleet_alarmsAreRight_andDriftsAreFound(long seed) {
    Fleet fleet = Fleet.run(new FleetPlan(60, 12, 20, 1, 5, false, seed), done -> {});

    Tally runway = fleet.tallies().get(0);
    assertThat(runway.rule()).isEqualTo(Rule.RUNWAY);
    assertThat(runway.drifts()).isEqualTo(20);
    assertThat(runway.precision()).as("precision of %s", runway).isGreaterThan(0.9);
    assertThat(runway.recall()).as("recall of %s", runway).isGreaterThan(0.9);
  }

  @Test
  void sameSeed_sameFleet() {
    FleetPlan plan = new FleetPlan(4, 3, 2, 0.1, 3, true, SEED);

    assertThat(Fleet.run(plan, done -> {})).hasToString(Fleet.run(plan, done -> {}).toString());
  }

  @Test
  void driftOfEverySize_hasItsSizeInTheBinsOfTheBaseline() {
    FleetPlan plan = new FleetPlan(10, 20, 10, 1, 8, false, SEED);
    for (int number = 0; number < plan.models(); number++) {
      ModelPlan model = ModelPlan.draw(plan, number);
      var layout = Training.layout(model, false);
      Drift drift = Drifts.draw(plan, model, layout, number);
      assertThat(drift.psi()).isEqualTo(Drifts.SIZES[number % Drifts.SIZES.length]);
      drift
          .features()
          .forEach(
              (name, change) ->
                  assertThat(
                          Drifts.psi(model.features().get(layout.position(name)), layout, change))
                      .isBetween(drift.psi(), drift.psi() + 0.03));
    }
  }
}
