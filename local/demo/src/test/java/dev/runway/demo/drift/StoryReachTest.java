package dev.runway.demo.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.scenario.DemoCase;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Scenario;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a silent feature could have shown, of the demo's own models. */
class StoryReachTest {
  private static final List<DemoModel> MODELS =
      Scenario.models().stream().filter(m -> !m.drift().trainings().isEmpty()).toList();

  /** A control that cannot fire controls nothing. */
  @Test
  void everyControl_couldHaveFired_inSomeWindow() throws Exception {
    for (DemoModel model : MODELS) {
      for (Control control : model.drift().controls()) {
        for (String feature : control.features()) {
          List<Double> room = room(model, control.segment(), feature);
          assertThat(room)
              .as("%s %s", model.id(), feature)
              .isNotEmpty()
              .anyMatch(above -> above > 0);
        }
      }
    }
  }

  /**
   * Windows of two days have two weekdays of seven: the weekday scatters more than it could move.
   */
  @Test
  void weekdayOfTwoDays_couldNotFire() throws Exception {
    DemoModel flights =
        MODELS.stream().filter(m -> m.id().equals("late-arrival")).findFirst().orElseThrow();

    assertThat(room(flights, "*", "weekday")).hasSizeGreaterThan(10).noneMatch(above -> above > 0);
  }

  @Test
  void noWindowOfKnownValues_goesBeyond() {
    DemoModel flights =
        MODELS.stream().filter(m -> m.id().equals("late-arrival")).findFirst().orElseThrow();
    DriftStory story = flights.drift();
    Training training = story.trainings().get(0);
    TileLayout layout = TileLayout.of(TrainingBaseline.profile(story.modelId(), training), false);
    DriftScorer scorer = new DriftScorer(TrainingBaseline.policy(DriftWatch.DEMO));
    StoryReach reach = new StoryReach(story);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      // From many different rows to one row again and again.
      int different = 1 << random.nextInt(9);
      List<TrainingRow> window = new ArrayList<>();
      for (int j = 0; j < 300; j++) {
        window.add(training.rows().get(31 * (random.nextInt(different) + i) % 5_000));
      }
      for (FeatureDrift drift : scorer.score(layout, tile(layout, window)).features()) {
        drift
            .reading("psi")
            .ifPresent(
                psi ->
                    assertThat(psi.value())
                        .isLessThanOrEqualTo(most(reach, training, drift.feature(), psi) + 1e-9));
      }
    }
  }

  @Test
  void versionWithoutTrainingRows_hasNone() {
    StoryReach none = new StoryReach(DriftStory.none("m", Duration.ofDays(1)));

    assertThat(none.of("1", "weekday", 100)).isNull();
  }

  /** By window: how far above the threshold of its PSI the largest one would be. */
  private static List<Double> room(DemoModel model, String segment, String feature)
      throws MalformedProfile {
    DriftStory story = model.drift();
    DriftScorer scorer = new DriftScorer(TrainingBaseline.policy(DriftWatch.DEMO));
    StoryReach reach = new StoryReach(story);
    List<Double> room = new ArrayList<>();
    for (Training training : story.trainings()) {
      BaselineProfile profile =
          ProfileJson.read(TrainingBaseline.of(story, training, DriftWatch.DEMO).profile());
      TileLayout layout = TileLayout.of(profile, false);
      List<TrainingRow> live = live(model, training.version(), segment);
      if (live.isEmpty()) {
        continue;
      }
      for (List<TrainingRow> window :
          JudgedWindows.of(live, story.window().toMillis(), DriftWatch.DEMO.minSamples())) {
        FeatureDrift drift =
            scorer.score(layout, tile(layout, window)).features().get(layout.position(feature));
        DriftReading psi = drift.reading("psi").orElse(null);
        Double threshold = psi == null ? null : psi.threshold();
        if (psi != null && threshold != null) {
          room.add(most(reach, training, feature, psi) - threshold);
        }
      }
    }
    return room;
  }

  private static double most(
      StoryReach reach, Training training, String feature, DriftReading psi) {
    Double most = reach.of(training.version(), feature, psi.n());
    if (most == null) {
      throw new AssertionError("nothing is known of " + feature);
    }
    return most;
  }

  private static List<TrainingRow> live(DemoModel model, String version, String segment) {
    List<TrainingRow> rows = new ArrayList<>();
    for (DemoCase one : model.cases()) {
      boolean inSegment = segment.equals("*") || segment.equals(one.prediction().segment());
      if (inSegment && one.prediction().modelVersion().equals(version)) {
        rows.add(
            new TrainingRow(
                one.prediction().predictedAtMillis(),
                String.valueOf(one.prediction().segment()),
                one.features(),
                one.prediction().score()));
      }
    }
    return rows;
  }

  private static Tile tile(TileLayout layout, List<TrainingRow> window) {
    Map<String, Integer> positions = layout.profile().positions();
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (TrainingRow one : window) {
      row.clear();
      TrainingBaseline.write(one, positions, row);
      tile.add(row);
    }
    return tile;
  }
}
