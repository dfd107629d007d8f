package dev.runway.e2e.trace;

import dev.runway.demo.drift.DriftWatch;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.Baseline;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Features of the trace's predictions, the same for the same prediction: of two models from the
 * baseline's law, of which one shifts at noon; the others have no baseline. One model sends Avro.
 */
public final class TraceFeatures {
  /** Its amounts are other ones from noon on. */
  public static final String SHIFTED = "churn";

  private static final String AVRO = "price";
  private static final Duration NOON = Duration.ofHours(12);
  private static final List<String> PLANS = List.of("free", "free", "pro", "team");
  private static final int TRAINING_ROWS = 5_000;

  /** Three features; those of the positions of Avro. */
  private static final List<Declared> FEATURES =
      List.of(Declared.numeric("amount"), Declared.numeric("visits"), Declared.categorical("plan"));

  private TraceFeatures() {}

  /**
   * How drift of the trace is judged: windows of some 200 predictions, and baselines of a version's
   * first three windows where it has none.
   */
  public static DriftWatch watch() {
    return new DriftWatch(
        Collections.nCopies(4, TraceModels.WINDOW), 100, 20, 500, Duration.ofDays(1));
  }

  /** Those of both versions of two models. */
  public static List<Baseline> baselines() {
    List<Baseline> baselines = new ArrayList<>();
    for (String model : List.of(SHIFTED, AVRO)) {
      for (String version : TraceModels.VERSIONS) {
        BaselineProfile profile = profile(model, version);
        baselines.add(
            new Baseline(
                model,
                version,
                profile.id(),
                profile.createdAtMillis(),
                profile.createdAtMillis() - 1,
                profile.createdAtMillis(),
                false,
                ProfileJson.write(profile)));
      }
    }
    return baselines;
  }

  private static String profileId(String model, String version) {
    return model + "-" + version + "-training";
  }

  private static BaselineProfile profile(String model, String version) {
    Random random = new Random(model.hashCode());
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < TRAINING_ROWS; i++) {
      Features features = Features.of(random, 0);
      rows.add(
          values -> {
            values.number(0, features.amount);
            values.number(1, features.visits);
            values.category(2, features.plan);
          });
    }
    return ProfileBuilder.build(
        new Identity(
            profileId(model, version), model, version, Trace.START - 1, Source.PROFILE_JOB),
        Precision.DOUBLE,
        FEATURES,
        new ProfileOptions(10, 120, 0, 100),
        rows);
  }

  private record Features(double amount, double visits, String plan) {
    static Features of(Random random, double shift) {
      return new Features(
          random.nextGaussian() + shift, random.nextInt(20), PLANS.get(random.nextInt(4)));
    }

    static Features of(Prediction event) {
      return of(new Random(event.predictionId().hashCode()), isShifted(event) ? 1 : 0);
    }
  }

  /** Whether its amount is of another law than the baseline's. */
  public static boolean isShifted(Prediction event) {
    return event.modelId().equals(SHIFTED)
        && event.predictedAtMillis() >= Trace.START + NOON.toMillis();
  }

  /** The bytes of a prediction. */
  static byte[] write(Prediction event) {
    Features features = Features.of(event);
    if (event.modelId().equals(AVRO)) {
      return AvroPredictionCodec.write(
          event, List.of(features.amount, features.visits, features.plan));
    }
    return PredictionCodec.write(
        event,
        sink -> {
          sink.category("plan", features.plan);
          sink.number("amount", features.amount);
          sink.number("visits", features.visits);
        });
  }

  /** The headers of its record, which say how it is written. */
  static Map<String, String> headers(Prediction event) {
    return event.modelId().equals(AVRO)
        ? Map.of(
            AvroPredictionCodec.FORMAT_HEADER,
            AvroPredictionCodec.FORMAT,
            AvroPredictionCodec.FEATURES_HEADER,
            profileId(event.modelId(), event.modelVersion()))
        : Map.of();
  }
}
