package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.StoredValue;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SeenReadingTest {
  private static SeenReading space(Compatibility compatibility, long offset, long appended) {
    SpaceReading said =
        Objects.requireNonNull(
                SpaceReading.of(SomeReadings.space("titles", Usage.COORDINATES, compatibility, 0.8))
                    .get(Scene.MODEL))
            .get(Usage.COORDINATES);
    return new SeenReading(
        Scene.MODEL,
        "v6",
        "runway.embedding-stability",
        0,
        offset,
        appended,
        SeenReading.Kind.SPACE,
        StoredValue.write(said));
  }

  private static SpaceReading only(Dossier dossier) {
    assertThat(dossier.spaces).hasSize(1);
    return dossier.spaces.get(dossier.spaces.firstKey());
  }

  /** A job that was away, or begins anew, has not been told with its first tick. */
  @Test
  void resultOfASpace_countsFromWhenItWasWritten() {
    Dossier dossier = new Dossier(Scene.MODEL);
    space(Compatibility.MINOR, 1, Scene.START).isTakenBy(dossier, Scene.START + 30 * Scene.day());
    assertThat(only(dossier).toldMillis()).isEqualTo(Scene.START + Scene.MINUTE);

    // Where history is played its ticks are those of then.
    space(Compatibility.MINOR, 2, Scene.START + 900 * Scene.day())
        .isTakenBy(dossier, Scene.START + Scene.day());
    assertThat(only(dossier).toldMillis()).isEqualTo(Scene.START + Scene.day());
  }

  /** All of them are of one minute; the last that was written counts, whichever was read last. */
  @Test
  void resultsOfASpace_areTakenInTheOrderInWhichTheyWereWritten() {
    List<SeenReading> written =
        List.of(
            space(Compatibility.UNDECIDED, 1, Scene.START),
            space(Compatibility.BREAKING, 2, Scene.START),
            space(Compatibility.MINOR, 3, Scene.START + 1));
    for (List<Integer> order : List.of(List.of(0, 1, 2), List.of(2, 0, 1), List.of(1, 2, 0))) {
      WaitingReadings waiting = new WaitingReadings();
      order.forEach(index -> waiting.add(written.get(index)));
      Dossier dossier = new Dossier(Scene.MODEL);
      waiting
          .take(Scene.MODEL, Scene.START + Scene.MINUTE)
          .forEach(reading -> reading.isTakenBy(dossier, Scene.START + Scene.MINUTE));

      assertThat(only(dossier).compatibility()).isEqualTo(Compatibility.MINOR);
    }
  }
}
