package dev.runway.demo.scenario;

import dev.runway.demo.sample.Flight;
import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * {@code late-arrival}: will this flight arrive more than 15 minutes late? Asked at departure,
 * answered when it has landed.
 *
 * <p>The sample has no landing times. Time in the air and on the ground is estimated as 28.82 +
 * 0.12726 x miles minutes, a straight line through published times; the outcome is observed then.
 */
final class LateArrival {
  static final String ID = "late-arrival";
  private static final String EXPERIMENT = "late-arrival-2001.2";
  static final int LATE_AFTER_MINUTES = 15;
  static final Duration HORIZON = Duration.ofDays(1);

  /**
   * Share of outcomes that are never sent: a fault we add, so that coverage has something to show.
   */
  static final double LOST = 0.01;

  /** Share of outcomes observed after the horizon: a fault we add. */
  static final double TOO_LATE = 0.002;

  private static final long TOO_LATE_BY = 6 * Times.HOUR;
  private static final double PENALTY = 5;
  private static final long SEED = 2001;
  private static final long FIRST_DAY = Times.startOf(2001, 1, 29);
  private static final long RETRAINED_ON = Times.startOf(2001, 2, 26);
  private static final long SPLIT_FROM = Times.startOf(2001, 2, 27);
  private static final long SPLIT_UNTIL = Times.startOf(2001, 3, 13);

  private record Example(Flight flight, long landedAtMillis, FeatureRow features, boolean late) {}

  private LateArrival() {}

  static DemoModel model() {
    List<Example> examples = examples(Flight.all());
    Rollout rollout =
        new Rollout(
            ID,
            EXPERIMENT,
            new Rollout.Version("2001.1", trainedUntil(examples, FIRST_DAY)),
            new Rollout.Version("2001.2", trainedUntil(examples, RETRAINED_ON)),
            SPLIT_FROM,
            SPLIT_UNTIL);
    Random faults = new Random(SEED);
    List<DemoCase> cases = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      if (example.flight.departedAtMillis() >= FIRST_DAY) {
        Prediction prediction =
            rollout.predict(
                "flight-" + (i + 1),
                example.flight.departedAtMillis(),
                example.flight.region(),
                example.features);
        cases.add(
            new DemoCase(prediction, example.features, example.late, observed(example, faults)));
      }
    }
    return new DemoModel(document(), "on_time", Period.WEEK, cases);
  }

  static long landedAt(Flight flight) {
    double minutes = 28.82 + 0.12726 * flight.miles();
    return flight.departedAtMillis() + Math.round(minutes * Times.MINUTE);
  }

  private static ModelDocument document() {
    return new ModelDocument(
        ID,
        1,
        1,
        "arrivals",
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        HORIZON,
        null,
        "late",
        1,
        0.5,
        Duration.ofDays(1),
        1,
        List.of("2001.1", "2001.2"),
        List.of("Northeast", "Midwest", "South", "West"),
        List.of(),
        List.of(EXPERIMENT + ":champion", EXPERIMENT + ":challenger"));
  }

  private static long observed(Example example, Random faults) {
    double draw = faults.nextDouble();
    if (draw < LOST) {
      return DemoCase.NEVER;
    }
    return draw < LOST + TOO_LATE
        ? example.flight.departedAtMillis() + HORIZON.toMillis() + TOO_LATE_BY
        : example.landedAtMillis;
  }

  private static LogisticModel trainedUntil(List<Example> examples, long cutOffMillis) {
    List<Example> known =
        examples.stream().filter(example -> example.landedAtMillis < cutOffMillis).toList();
    return LogisticRegression.fit(
        known.stream().map(Example::features).toList(),
        known.stream().map(Example::late).toList(),
        PENALTY);
  }

  /** All flights with the features known at their departure. */
  private static List<Example> examples(List<Flight> flights) {
    RecentLateness hours = new RecentLateness(6 * Times.HOUR);
    RecentLateness day = new RecentLateness(Times.DAY);
    PriorityQueue<Flight> inTheAir =
        new PriorityQueue<>(Comparator.comparingLong(LateArrival::landedAt));
    List<Example> examples = new ArrayList<>();
    for (Flight flight : flights) {
      long now = flight.departedAtMillis();
      for (Flight next = inTheAir.peek();
          next != null && landedAt(next) < now;
          next = inTheAir.peek()) {
        inTheAir.remove();
        hours.landed(landedAt(next), next, isLate(next));
        day.landed(landedAt(next), next, isLate(next));
      }
      FeatureRow features = features(flight, hours.share(now), day.share(now, flight.origin()));
      examples.add(new Example(flight, landedAt(flight), features, isLate(flight)));
      inTheAir.add(flight);
    }
    return examples;
  }

  private static boolean isLate(Flight flight) {
    return flight.delayMinutes() > LATE_AFTER_MINUTES;
  }

  private static FeatureRow features(Flight flight, double lateLately, double lateAtOrigin) {
    ZonedDateTime clock = Instant.ofEpochMilli(flight.departedAtMillis()).atZone(ZoneOffset.UTC);
    // A day of flights begins at four; what leaves after midnight was due the evening before.
    double hours = (clock.getHour() + 20) % 24 + clock.getMinute() / 60.0;
    return new FeatureRow()
        .number("hours_since_4am", hours)
        .category("weekday", clock.getDayOfWeek().name())
        .number("miles", flight.miles())
        .category("origin", flight.origin())
        .category("destination", flight.destination())
        .number("late_share_6h", lateLately)
        .number("late_share_origin_24h", lateAtOrigin);
  }
}
