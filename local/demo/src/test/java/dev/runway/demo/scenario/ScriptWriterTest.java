package dev.runway.demo.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.MalformedEvent;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScriptWriterTest {
  private static final List<DemoModel> MODELS = Scenario.models();

  @Test
  void script_isTheSameEveryTime() {
    Script one = ScriptWriter.write(MODELS, Faults.standard());
    Script two = ScriptWriter.write(Scenario.models(), Faults.standard());

    assertThat(two.events()).hasSameSizeAs(one.events());
    for (int i = 0; i < one.events().size(); i++) {
      assertThat(two.events().get(i).value()).isEqualTo(one.events().get(i).value());
    }
  }

  @Test
  void withoutFaults_eventsAreInOrderOfTheirTimeAndEachIsThereOnce() {
    Script script = ScriptWriter.write(MODELS, Faults.none());

    assertThat(script.events().stream().map(PlannedEvent::eventMillis)).isSorted();
    long predictions = MODELS.stream().mapToLong(model -> model.cases().size()).sum();
    long outcomes =
        MODELS.stream().flatMap(m -> m.cases().stream()).filter(DemoCase::observed).count();
    assertThat(script.events()).hasSize((int) (predictions + outcomes));
    assertThat(script.dead()).isEmpty();
  }

  @Test
  void events_areNeverFurtherBehindThanTheStatedDisorder() {
    Faults faults = Faults.standard();
    Script script = ScriptWriter.write(MODELS, faults);

    long newest = 0;
    long displaced = 0;
    for (PlannedEvent event : script.events()) {
      if (event.eventMillis() != PlannedEvent.TIMELESS) {
        assertThat(newest - event.eventMillis()).isLessThanOrEqualTo(faults.disorder().toMillis());
        displaced += newest > event.eventMillis() ? 1 : 0;
        newest = Math.max(newest, event.eventMillis());
      }
    }
    assertThat(displaced).isPositive();
  }

  @Test
  void faults_comeAtTheirStatedRates() {
    Script script = ScriptWriter.write(MODELS, Faults.standard());
    long predictions = MODELS.stream().mapToLong(model -> model.cases().size()).sum();

    double duplicates = script.duplicates().values().stream().mapToLong(n -> n).sum();
    assertThat(duplicates / predictions).isBetween(0.008, 0.012);
    assertThat(script.conflicts().values().stream().mapToLong(n -> n).sum()).isBetween(5L, 30L);
    assertThat(script.orphans()).isBetween(5L, 30L);
    assertThat(script.dead().keySet())
        .containsAll(Arrays.stream(Breakage.values()).map(Breakage::reason).toList());
  }

  @Test
  void everyBrokenRecord_isRefusedAsItsKindSays() {
    DemoModel model = MODELS.get(1);
    DemoCase good = model.cases().stream().filter(DemoCase::observed).findFirst().orElseThrow();
    Set<Breakage> judgedByTheCodec = new HashSet<>();
    for (Breakage breakage : Breakage.values()) {
      PlannedEvent event = breakage.of(model, good, "broken-1");
      switch (breakage) {
        // These are well-formed; only a reader with clock, key and model documents refuses them.
        case NEXT_CENTURY, NOBODYS_MODEL, NOBODYS_VERSION, WRONG_KEY ->
            assertThat(event.value()).isNotEmpty();
        default -> {
          judgedByTheCodec.add(breakage);
          assertThatThrownBy(() -> read(event))
              .isInstanceOfSatisfying(
                  MalformedEvent.class,
                  refused -> assertThat(refused.reason()).isEqualTo(breakage.reason()));
        }
      }
    }
    assertThat(judgedByTheCodec).hasSize(8);
    assertThat(Breakage.WRONG_KEY.reason()).isEqualTo(Reason.KEY_MISMATCH);
  }

  @Test
  void goodEvents_areReadBackByTheStrictCodecs() throws MalformedEvent {
    for (PlannedEvent event : ScriptWriter.write(MODELS, Faults.none()).events()) {
      read(event);
    }
  }

  private static void read(PlannedEvent event) throws MalformedEvent {
    if (event.topic() == Topic.PREDICTIONS) {
      assertThat(PredictionCodec.read(event.value()).predictionId()).isEqualTo(event.key());
    } else {
      assertThat(OutcomeCodec.read(event.value()).predictionId()).isEqualTo(event.key());
    }
  }
}
