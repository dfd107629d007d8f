package dev.runway.bench.drift;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.driftmonitor.count.PredictionCounting;
import dev.runway.model.Baseline;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Models with their baselines. All have the same features, normally distributed, in bins of their
 * own; their predictions are drawn from the very rows the baseline was made of, so that nothing
 * drifts but what is made to.
 */
public final class Fleet {
  static final String VERSION = "1.0.0";

  private static final int ROWS = 20_000;
  private static final long SEED = 20_261_126;
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** Before any prediction of any run. */
  private static final long CREATED = 1_700_000_000_000L;

  private final int features;
  private final int models;
  private final float[] numbers = new float[ROWS];
  private final float[] scores = new float[ROWS];
  private final NumericProfile number;
  private final NumericProfile score;

  public Fleet(int features, int models) {
    this.features = features;
    this.models = models;
    Random random = new Random(SEED);
    for (int i = 0; i < ROWS; i++) {
      numbers[i] = rounded(random.nextGaussian());
      scores[i] = rounded(random.nextDouble());
    }
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int row = i;
      rows.add(
          values -> {
            values.number(0, numbers[row]);
            values.number(1, scores[row]);
          });
    }
    ProfileOptions standard = ProfileOptions.standard(features);
    BaselineProfile both =
        ProfileBuilder.build(
            new Identity("both", "model", VERSION, CREATED, Source.PROFILE_JOB),
            Precision.FLOAT,
            List.of(Declared.numeric("number"), Declared.numeric(PredictionCounting.SCORE)),
            // Sketches of the reference serve no decision, and are most of its bytes.
            new ProfileOptions(standard.bins(), standard.fineBins(), 0, standard.vocabulary()),
            rows);
    number = (NumericProfile) both.features().get(0);
    score = (NumericProfile) both.features().get(1);
    Arrays.sort(numbers);
    Arrays.sort(scores);
  }

  /** Four digits, as a producer of JSON that knows what digits cost. */
  private static float rounded(double value) {
    return (float) (Math.rint(value * 1e4) / 1e4);
  }

  int features() {
    return features;
  }

  /** The value below which a share of a feature's values lies. */
  float number(double share) {
    return numbers[(int) (share * ROWS)];
  }

  /** The same of the score. */
  float score(double share) {
    return scores[(int) (share * ROWS)];
  }

  static String modelId(int model) {
    return "model-%04d".formatted(model);
  }

  static String featureName(int feature) {
    return "member_activity_%04d".formatted(feature);
  }

  static String profileId(int model) {
    return "profile-%04d".formatted(model);
  }

  /** The documents of all models. */
  public ModelDocument[] documents() {
    ModelDocument[] documents = new ModelDocument[models];
    Arrays.setAll(documents, Fleet::document);
    return documents;
  }

  private static ModelDocument document(int model) {
    return new ModelDocument(
        modelId(model),
        1,
        1,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(1),
        null,
        null,
        1,
        0.5,
        Duration.ofMinutes(10),
        1,
        List.of(VERSION),
        List.of(),
        List.of(),
        List.of());
  }

  /** The profile of a model. */
  BaselineProfile profile(int model) {
    List<FeatureProfile> all = new ArrayList<>();
    for (int i = 0; i < features; i++) {
      all.add(named(number, featureName(i)));
    }
    all.add(score);
    return BaselineProfile.of(
        new Identity(profileId(model), modelId(model), VERSION, CREATED, Source.PROFILE_JOB),
        Precision.FLOAT,
        all);
  }

  private static NumericProfile named(NumericProfile of, String name) {
    return new NumericProfile(
        name,
        of.missing(),
        of.mistyped(),
        of.infinite(),
        of.edges(),
        of.fineEdges(),
        of.fineCounts(),
        of.min(),
        of.max(),
        of.moments(),
        of.sketch(),
        of.dispersion());
  }

  /** What is written to the topic of baselines. */
  public Baseline baseline(int model) {
    BaselineProfile profile = profile(model);
    return new Baseline(
        profile.model(),
        profile.version(),
        profile.id(),
        profile.createdAtMillis(),
        CREATED - DAY,
        CREATED,
        false,
        ProfileJson.write(profile));
  }
}
