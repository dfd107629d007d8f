package dev.runway.groundtruth;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.join.Terms;
import dev.runway.model.EntityKey;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelPolicy;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Seeded events with anything in their fields that the types can hold: for layouts, not for joins.
 */
public final class RandomEvents {
  private static final double[] NUMBERS = {
    0.0, -0.0, 1, 0.1, -1e12, 1e12, Double.MIN_VALUE, Double.NaN
  };
  private static final long[] INTEGERS = {
    0, 1, -1, 63, 64, -64, -65, 8191, 8192, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE
  };
  private static final List<String> TEXTS =
      List.of("a", "v1", "\u00e9", "\ud83d\ude80 rocket", "x".repeat(128), "\u4e2d".repeat(128));

  private final Random random;

  public RandomEvents(Random random) {
    this.random = random;
  }

  /** About anybody or nobody. */
  public AdmittedPrediction prediction() {
    return predictionAboutNobody()
        .about(maybe(new EntityKey(random.nextLong(), random.nextLong())));
  }

  public AdmittedPrediction predictionAboutNobody() {
    LabelPolicy policy = one(LabelPolicy.values());
    return new AdmittedPrediction(
        key(),
        new Terms(
            one(Task.values()),
            policy,
            one(Reduction.values()),
            span(),
            policy == LabelPolicy.IMPLICIT_NEGATIVE ? span() : Terms.NEVER,
            span(),
            policy == LabelPolicy.GRADED ? random.nextGaussian() : 0),
        text(),
        integer(),
        number(),
        random.nextBoolean(),
        maybe(text()),
        number(),
        random.nextBoolean() ? null : texts(),
        maybe(text()),
        maybe(text()),
        1 + Math.floorMod(integer(), 1L << 40),
        random.nextLong(),
        (int) integer(),
        integer(),
        integer());
  }

  public AdmittedOutcome outcome() {
    return new AdmittedOutcome(
        key(),
        integer(),
        integer(),
        integer(),
        maybe(text()),
        number(),
        maybe(text()),
        number(),
        random.nextBoolean(),
        (int) integer(),
        integer(),
        integer());
  }

  JoinKey key() {
    return JoinKey.of(
        one("m", "late-arrival"),
        one("p", new UUID(random.nextLong(), random.nextLong()).toString()));
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(101); i > 0; i--) {
      texts.add(text());
    }
    return texts;
  }

  String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  double number() {
    return random.nextBoolean() ? random.nextGaussian() : NUMBERS[random.nextInt(NUMBERS.length)];
  }

  long integer() {
    return random.nextBoolean()
        ? random.nextLong() >> random.nextInt(64)
        : INTEGERS[random.nextInt(INTEGERS.length)];
  }

  private long span() {
    return 1 + random.nextInt(2_000_000_000) * (random.nextBoolean() ? 1L : 1_000L);
  }

  <T> @Nullable T maybe(T value) {
    return random.nextBoolean() ? value : null;
  }

  @SafeVarargs
  final <T> T one(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A final truth. */
  public GroundTruth truth() {
    JoinKey key = key();
    return new GroundTruth(
        key.modelId(),
        key.predictionId(),
        GroundTruth.FINAL_REVISION + random.nextInt(5_000),
        Maturity.FINAL,
        one(LabelStatus.values()),
        text(),
        integer(),
        number(),
        maybe(text()),
        number(),
        maybe(text()),
        maybe(text()),
        one(1.0, 2.5, 0x1p-20),
        maybe(text()),
        number(),
        one(-1L, 0L, 604_800_000L),
        random.nextInt(257));
  }
}
