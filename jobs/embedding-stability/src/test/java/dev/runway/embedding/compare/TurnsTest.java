package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.inSpace;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingStability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many spaces in one subtask: comparing one of them must leave records and checkpoints room. */
class TurnsTest {
  private static final List<String> SPACES = List.of("a", "b", "c", "d");
  private static final float[][] V1 = SomeVectors.clustered(1_000, 1);

  private CompareHarness harness;

  @Test
  void spacesThatAreDueTogether_areComparedOneATimer() throws Exception {
    TestingSpaces spaces = new TestingSpaces();
    PairComparer.Measures slow =
        (statistics, items, options) -> {
          harness.spend(Duration.ofSeconds(3));
          return StabilityMeasures.of(statistics, items, options);
        };
    for (String id : SPACES) {
      spaces.write(named(id));
    }
    try (CompareHarness opened = new CompareHarness(spaces, null, slow)) {
      harness = opened;
      for (String id : SPACES) {
        harness.takes(inSpace(id, vectors("v1", V1))).takes(inSpace(id, vectors("v2", V1)));
      }
      List<String> told = new ArrayList<>(spacesAfter(Duration.ofMinutes(5)));
      assertThat(told).as("not all at once").hasSize(1);
      assertThat(spacesAfter(Duration.ofSeconds(29))).as("a tenth of the time").isEmpty();
      for (int turn = 1; turn < SPACES.size(); turn++) {
        List<String> now = spacesAfter(Duration.ofSeconds(31));
        assertThat(now).hasSize(1);
        told.addAll(now);
      }
      assertThat(told).containsExactlyInAnyOrderElementsOf(SPACES);
    }
  }

  private List<String> spacesAfter(Duration pause) throws Exception {
    return harness.looksAfter(pause).stream().map(EmbeddingStability::spaceId).toList();
  }

  private static EmbeddingSpace named(String id) {
    EmbeddingSpace titles = TestingSpaces.withoutBaseline(space());
    return new EmbeddingSpace(
        id,
        titles.revision(),
        titles.versions(),
        titles.pairs(),
        null,
        titles.consumers(),
        titles.sampleRate(),
        titles.sampleSize());
  }

  /** None of them is left behind, and none comes twice before another one came. */
  @Test
  void spacesThatAlwaysHaveMore_comeInTurn() {
    Turns turns = new Turns();
    Map<String, Long> due = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      due.put("space-" + i, 0L);
    }
    Map<String, Integer> served = new HashMap<>();
    int looks = 0;
    long now = 0;
    while (now < 50 * 20 * 2_000L) {
      String next =
          due.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow().getKey();
      now = Math.max(now, due.get(next));
      long toWait = turns.millisToWait(next, now);
      looks++;
      if (toWait == 0) {
        served.merge(next, 1, Integer::sum);
        turns.rest(now, 2_000);
        due.put(next, now + 2_000);
      } else {
        due.put(next, now + toWait);
      }
    }
    assertThat(served).hasSize(50);
    assertThat(served.values()).allSatisfy(times -> assertThat(times).isBetween(15, 21));
    assertThat(looks).as("looks in vain cost little").isLessThan(50 * 20 * 20);
  }

  @Test
  void comparisonsThatTakeNoTime_keepNobodyWaiting() {
    Turns turns = new Turns();
    for (String id : SPACES) {
      assertThat(turns.millisToWait(id, 5)).isZero();
      turns.rest(5, 0);
    }
  }
}
