package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.SomeModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PredictionsOfOneTimeTest {
  private static final long T = 1_750_000_020_000L;

  private final PredictionsOfOneTime events = new PredictionsOfOneTime();

  @Test
  void anyOrder_becomesThatOfKafka_withEachRecordOnce() {
    List<AdmittedPrediction> asRecorded =
        List.of(
            recorded(T + 1, 2, 7),
            recorded(T + 2, 0, 9),
            recorded(T + 2, 1, 3),
            recorded(T + 2, 1, 4));
    for (int seed = 0; seed < 50; seed++) {
      List<AdmittedPrediction> shuffled = new ArrayList<>(asRecorded);
      // Read once more by a job that started without its state.
      shuffled.addAll(asRecorded.subList(0, 3));
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.forEach(events::add);

      assertThat(events.take()).isEqualTo(asRecorded);
    }
    assertThat(events.take()).as("taken out").isEmpty();
  }

  /** A topic that was made anew gives places once more. */
  @Test
  void placeOfAnotherRecord_isNotTheSame() {
    events.add(recorded(T + 5, 0, 0));
    events.add(recorded(T + 1, 0, 0));

    assertThat(events.take()).containsExactly(recorded(T + 1, 0, 0), recorded(T + 5, 0, 0));
  }

  @Test
  void time_saysWhetherTheyAreComplete() {
    assertThat(events.areBefore(Long.MAX_VALUE)).isFalse();
    events.add(recorded(T + 1, 0, 0));

    assertThat(events.areBefore(T)).isFalse();
    assertThat(events.areBefore(T + 1)).isTrue();
    assertThat(events.isFull()).isFalse();
  }

  private static AdmittedPrediction recorded(long recordedAt, int partition, long offset) {
    AdmittedPrediction event = SomeModel.explicit().prediction("p", T);
    return new AdmittedPrediction(
        event.key(),
        event.terms(),
        event.version(),
        event.predictedAtMillis(),
        event.score(),
        event.decision(),
        event.label(),
        event.value(),
        event.ranking(),
        event.segment(),
        event.variant(),
        event.weightUnits(),
        event.fingerprint(),
        partition,
        offset,
        recordedAt);
  }
}
