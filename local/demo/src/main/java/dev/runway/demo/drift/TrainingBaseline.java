package dev.runway.demo.drift;

import dev.runway.demo.train.FeatureRow;
import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.profile.Values;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.Baseline;
import dev.runway.model.FeatureSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the baseline of a version out of its training rows, as a team would after training. */
public final class TrainingBaseline {
  /** The model's own answer is a feature like any other. */
  public static final String SCORE = "$score";

  // Without quantile sketches: no decision rests on them, and their bytes differ from run to run.
  private static final ProfileOptions OPTIONS = new ProfileOptions(10, 120, 0, 100);

  private TrainingBaseline() {}

  /** The baselines of all versions that have a training set. */
  public static List<Baseline> ofAll(List<DriftStory> stories, DriftWatch watch) {
    List<Baseline> baselines = new ArrayList<>();
    for (DriftStory story : stories) {
      story.trainings().forEach(training -> baselines.add(of(story, training, watch)));
    }
    return baselines;
  }

  /**
   * The baseline of a version: its training rows in bins, and how much windows of them scatter.
   *
   * @param watch how live predictions will be judged
   */
  public static Baseline of(DriftStory story, Training training, DriftWatch watch) {
    BaselineProfile profile = profile(story.modelId(), training);
    BaselineProfile calibrated =
        profile.calibrated(profile.id(), scatter(profile, story, training, watch));
    return new Baseline(
        story.modelId(),
        training.version(),
        profile.id(),
        profile.createdAtMillis(),
        training.fromMillis(),
        training.untilMillis(),
        false,
        ProfileJson.write(calibrated));
  }

  static BaselineProfile profile(String modelId, Training training) {
    FeatureRow first = training.rows().get(0).features();
    List<Declared> declared = new ArrayList<>();
    for (String name : first.names()) {
      declared.add(first.isNumber(name) ? Declared.numeric(name) : Declared.categorical(name));
    }
    declared.add(Declared.numeric(SCORE));
    Map<String, Integer> positions = positions(declared);
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (TrainingRow row : training.rows()) {
      rows.add(values -> write(row, positions, values));
    }
    return ProfileBuilder.build(
        new Identity(
            modelId + "-" + training.version() + "-training",
            modelId,
            training.version(),
            training.untilMillis(),
            Source.PROFILE_JOB),
        Precision.DOUBLE,
        declared,
        OPTIONS,
        rows);
  }

  private static Map<String, Integer> positions(List<Declared> declared) {
    Map<String, Integer> positions = new HashMap<>();
    declared.forEach(feature -> positions.put(feature.name(), positions.size()));
    return positions;
  }

  /**
   * By feature, the scatter of all rows' windows or of a segment's, whichever is larger: how a
   * weekday scatters shows in the whole, that cities differ only in the segments.
   */
  private static List<Overdispersion> scatter(
      BaselineProfile profile, DriftStory story, Training training, DriftWatch watch) {
    TileLayout layout = TileLayout.of(profile, false);
    List<Overdispersion> largest = scatter(layout, training.rows(), story, watch);
    Map<String, List<TrainingRow>> segments = new TreeMap<>();
    for (TrainingRow row : training.rows()) {
      segments.computeIfAbsent(row.segment(), segment -> new ArrayList<>()).add(row);
    }
    for (List<TrainingRow> segment : segments.values()) {
      List<Overdispersion> own = scatter(layout, segment, story, watch);
      List<Overdispersion> both = new ArrayList<>();
      for (int i = 0; i < own.size(); i++) {
        both.add(own.get(i).factor() > largest.get(i).factor() ? own.get(i) : largest.get(i));
      }
      largest = both;
    }
    return largest;
  }

  private static List<Overdispersion> scatter(
      TileLayout layout, List<TrainingRow> rows, DriftStory story, DriftWatch watch) {
    DriftScorer scorer = new DriftScorer(policy(watch));
    Map<String, Integer> positions = layout.profile().positions();
    List<Overdispersion> scatter = Collections.nCopies(layout.size(), Overdispersion.UNKNOWN);
    for (List<TrainingRow> window :
        JudgedWindows.of(rows, story.window().toMillis(), watch.minSamples())) {
      Tile tile = layout.newTile();
      Row row = layout.newRow();
      for (TrainingRow trained : window) {
        row.clear();
        write(trained, positions, row);
        tile.add(row);
      }
      scatter = scorer.calibrate(layout, tile, scatter);
    }
    return scatter;
  }

  static DriftPolicy policy(DriftWatch watch) {
    DriftPolicy standard = DriftPolicy.standard();
    return new DriftPolicy(
        standard.warning(),
        standard.critical(),
        standard.level(),
        standard.correction(),
        watch.minSamples(),
        standard.missingWarning(),
        standard.missingCritical(),
        standard.newMass());
  }

  static void write(TrainingRow row, Map<String, Integer> positions, Values values) {
    row.features()
        .writeTo(
            new FeatureSink() {
              @Override
              public void number(String name, double value) {
                values.number(positions.getOrDefault(name, -1), value);
              }

              @Override
              public void category(String name, String value) {
                values.category(positions.getOrDefault(name, -1), value);
              }

              @Override
              public void missing(String name) {
                // What is not written is missing.
              }
            });
    values.number(positions.getOrDefault(SCORE, -1), row.score());
  }
}
