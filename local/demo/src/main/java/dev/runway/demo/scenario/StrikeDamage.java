package dev.runway.demo.scenario;

import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.sample.BirdStrike;
import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * {@code strike-damage}: did this bird damage the aircraft? Asked when the strike is reported,
 * answered by an inspection.
 *
 * <p>The sample has no inspection times. The delay is drawn once, with a fixed seed, from a
 * log-normal distribution with a median of 2 days and a shape of 0.8: 95 % within 7.5 days, about
 * one in 600 after the horizon of 21 days, cut at 45 days. Damage codes that the source does not
 * explain give no outcome.
 *
 * <p>Its versions have no baseline, as happens: drift-monitor counts its predictions and judges
 * nothing.
 */
final class StrikeDamage {
  static final String ID = "strike-damage";
  private static final String EXPERIMENT = "strike-damage-1998.1";
  static final Duration HORIZON = Duration.ofDays(21);

  private static final double MEDIAN_DELAY_DAYS = 2;
  private static final double DELAY_SHAPE = 0.8;
  private static final double LONGEST_DELAY_DAYS = 45;
  private static final long SEED = 1990;
  private static final double PENALTY = 2;
  private static final long TRAINED_ON = Times.startOf(1993, 1, 1);
  // Windows of seven days begin on Thursdays; this is the first one that lies in 1993.
  private static final long LIVE_FROM = Times.startOf(1993, 1, 7);
  private static final long RETRAINED_ON = Times.startOf(1998, 1, 1);
  private static final long SPLIT_UNTIL = Times.startOf(1999, 1, 1);

  private record Example(
      BirdStrike strike, long struckAtMillis, long inspectedAtMillis, FeatureRow features) {}

  private StrikeDamage() {}

  static DemoModel model() {
    List<Example> examples = examples(BirdStrike.all());
    Rollout rollout =
        new Rollout(
            ID,
            EXPERIMENT,
            new Rollout.Version("1993.1", trainedUntil(examples, TRAINED_ON)),
            new Rollout.Version("1998.1", trainedUntil(examples, RETRAINED_ON)),
            RETRAINED_ON,
            SPLIT_UNTIL);
    List<DemoCase> cases = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      if (example.struckAtMillis >= LIVE_FROM) {
        Prediction prediction =
            rollout.predict(
                "strike-" + (i + 1),
                example.struckAtMillis,
                example.strike.phase(),
                example.features);
        cases.add(
            new DemoCase(
                prediction,
                example.features,
                example.strike.damaged(),
                example.strike.damageKnown() ? example.inspectedAtMillis : DemoCase.NEVER));
      }
    }
    DriftStory unwatched = DriftStory.none(ID, DriftWatch.DEMO.window(document().tier()));
    return new DemoModel(document(), "no_damage", Period.YEAR, unwatched, cases);
  }

  /** All strikes, from the first of 1990 on. */
  static List<HistoryCase> history() {
    List<Example> examples = examples(BirdStrike.all());
    List<HistoryCase> history = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      history.add(
          new HistoryCase(
              "strike-" + (i + 1),
              example.struckAtMillis,
              example.strike.phase(),
              example.features,
              example.strike.damaged(),
              example.strike.damageKnown() ? example.inspectedAtMillis : DemoCase.NEVER));
    }
    return history;
  }

  private static ModelDocument document() {
    return new ModelDocument(
        ID,
        1,
        3,
        "safety",
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        HORIZON,
        null,
        "damage",
        1,
        0.25,
        Duration.ofDays(7),
        1,
        List.of("1993.1", "1998.1"),
        List.of("Approach", "Climb", "Take-off run", "Landing Roll", "Descent"),
        List.of(),
        List.of(EXPERIMENT + ":champion", EXPERIMENT + ":challenger"));
  }

  private static LogisticModel trainedUntil(List<Example> examples, long cutOffMillis) {
    List<Example> known =
        examples.stream()
            .filter(example -> example.strike.damageKnown())
            .filter(example -> example.inspectedAtMillis < cutOffMillis)
            .toList();
    return LogisticRegression.fit(
        known.stream().map(Example::features).toList(),
        known.stream().map(example -> example.strike.damaged()).toList(),
        PENALTY);
  }

  private static List<Example> examples(List<BirdStrike> strikes) {
    Random delays = new Random(SEED);
    List<Example> examples = new ArrayList<>();
    LocalDate date = LocalDate.MIN;
    int ofTheDay = 0;
    for (BirdStrike strike : strikes) {
      ofTheDay = strike.date().equals(date) ? ofTheDay + 1 : 0;
      date = strike.date();
      // The sample gives the date and the part of the day; strikes of one day are minutes apart.
      long struckAt =
          Times.startOf(date) + hourOf(strike.timeOfDay()) * Times.HOUR + ofTheDay * Times.MINUTE;
      double drawn = MEDIAN_DELAY_DAYS * Math.exp(DELAY_SHAPE * delays.nextGaussian());
      double days = Math.min(drawn, LONGEST_DELAY_DAYS);
      long inspectedAt = struckAt + Times.HOUR + Math.round(days * Times.DAY);
      examples.add(new Example(strike, struckAt, inspectedAt, features(strike)));
    }
    examples.sort((a, b) -> Long.compare(a.struckAtMillis, b.struckAtMillis));
    return examples;
  }

  private static int hourOf(String timeOfDay) {
    return switch (timeOfDay) {
      case "Dawn" -> 6;
      case "Day" -> 12;
      case "Dusk" -> 18;
      case "Night" -> 22;
      default -> throw new IllegalArgumentException("no such time of day: " + timeOfDay);
    };
  }

  private static FeatureRow features(BirdStrike strike) {
    return new FeatureRow()
        .category("phase", strike.phase())
        .category("wildlife_size", strike.wildlifeSize())
        .category("time_of_day", strike.timeOfDay())
        .category("aircraft", strike.aircraft())
        .number("speed_knots", strike.speedKnots());
  }
}
