package dev.runway.bench.fleet;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.profile.Values;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.window.Season;
import java.util.ArrayList;
import java.util.List;

/** Makes the baseline of a model out of the four weeks before it went live. */
final class Training {

  private static final int ROWS = 20_000;
  private static final long START = FleetPlan.START_MILLIS - ModelPlan.TRAINING_DAYS * Season.DAY;

  private Training() {}

  /**
   * The layout of the baseline.
   *
   * @param sketches for the rule that asks them
   */
  static TileLayout layout(ModelPlan model, boolean sketches) {
    List<RowWriter> rows = new ArrayList<>();
    rows(model, values -> rows.add(row(model, values.clone())));
    BaselineProfile profile =
        ProfileBuilder.build(
            new Identity("training", "model-" + model.number(), "1", START, Source.PROFILE_JOB),
            Precision.DOUBLE,
            model.features().stream().map(Training::declared).toList(),
            new ProfileOptions(10, 120, sketches ? 200 : 0, 100),
            rows);
    return TileLayout.of(profile, sketches);
  }

  /** The training set, the same each time. */
  static void rows(ModelPlan model, Traffic.Taker taker) {
    Traffic traffic = new Traffic(model, 1);
    double scale = ROWS / (model.perHour() * 24 * ModelPlan.TRAINING_DAYS);
    // What is left of an hour's part goes into the next: small models have less than one row each.
    double due = 0;
    for (long hour = START; hour < FleetPlan.START_MILLIS; hour += Season.HOUR) {
      due += model.perHourAt(hour) * scale;
      long count = (long) due;
      due -= count;
      traffic.make(hour, count, List.of(), taker);
    }
  }

  private static Declared declared(FeaturePlan feature) {
    return feature.shape().isOfWords()
        ? Declared.categorical(feature.name())
        : Declared.numeric(feature.name());
  }

  private static RowWriter row(ModelPlan model, double[] values) {
    return target -> write(model, values, target);
  }

  /** Hands on the values of a prediction. */
  static void write(ModelPlan model, double[] values, Values target) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        if (model.features().get(i).shape().isOfWords()) {
          target.category(i, Traffic.word(values[i]));
        } else {
          target.number(i, values[i]);
        }
      }
    }
  }
}
