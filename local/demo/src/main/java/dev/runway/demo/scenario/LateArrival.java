package dev.runway.demo.scenario;

import dev.runway.demo.drift.Control;
import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.drift.Shift;
import dev.runway.demo.drift.Training;
import dev.runway.demo.drift.TrainingBaseline;
import dev.runway.demo.drift.TrainingRow;
import dev.runway.demo.sample.Flight;
import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import dev.runway.model.DriftReading;
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

  /** The week in which the feed of delays comes in seconds: a fault we add. */
  static final long SECONDS_FROM = Times.startOf(2001, 3, 19);

  static final long SECONDS_UNTIL = Times.startOf(2001, 3, 26);
  private static final int SECONDS_PER_MINUTE = 60;
  private static final String HOURS = "hours_since_4am";
  private static final String WEEKDAY = "weekday";
  private static final String DELAY_AT_ORIGIN = "delay_origin_3h";
  private static final String DELAY_AT_DESTINATION = "delay_destination_3h";
  private static final String DELAY_IN_ALL = "delay_national_3h";

  private record Example(Flight flight, long landedAtMillis, FeatureRow features, boolean late) {}

  private LateArrival() {}

  static DemoModel model() {
    List<Example> examples = examples(Flight.all());
    List<Example> forFirst = knownAt(examples, FIRST_DAY);
    List<Example> forSecond = knownAt(examples, RETRAINED_ON);
    Rollout.Version first = new Rollout.Version("2001.1", trainedOn(forFirst));
    Rollout.Version second = new Rollout.Version("2001.2", trainedOn(forSecond));
    Rollout rollout = new Rollout(ID, EXPERIMENT, first, second, SPLIT_FROM, SPLIT_UNTIL);
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
    List<Training> trainings =
        List.of(training(first, FIRST_DAY, forFirst), training(second, RETRAINED_ON, forSecond));
    return new DemoModel(document(), "on_time", Period.WEEK, story(trainings), cases);
  }

  /** All flights of the sample, from the first of January on. */
  static List<HistoryCase> history() {
    List<Example> examples = examples(Flight.all());
    Random faults = new Random(SEED);
    List<HistoryCase> history = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      Example example = examples.get(i);
      history.add(
          new HistoryCase(
              "flight-" + (i + 1),
              example.flight.departedAtMillis(),
              example.flight.region(),
              example.features,
              example.late,
              observed(example, faults)));
    }
    return history;
  }

  private static DriftStory story(List<Training> trainings) {
    Shift seconds =
        new Shift(
            "delays in seconds",
            "2001.2",
            DriftReading.ALL,
            List.of(DELAY_IN_ALL, DELAY_AT_ORIGIN, DELAY_AT_DESTINATION, TrainingBaseline.SCORE),
            SECONDS_FROM,
            SECONDS_UNTIL);
    // The weekday itself is none: windows of two days have two of seven, and whatever came could
    // not fire. The demo says so.
    Control hours = new Control("hour of departure", DriftReading.ALL, List.of(HOURS));
    return new DriftStory(
        ID, DriftWatch.DEMO.window(document().tier()), trainings, List.of(seconds), List.of(hours));
  }

  private static Training training(
      Rollout.Version version, long untilMillis, List<Example> examples) {
    List<TrainingRow> rows = new ArrayList<>();
    for (Example example : examples) {
      rows.add(
          new TrainingRow(
              example.flight.departedAtMillis(),
              example.flight.region(),
              example.features,
              version.model().probability(example.features)));
    }
    return new Training(version.name(), untilMillis, rows);
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

  private static List<Example> knownAt(List<Example> examples, long cutOffMillis) {
    return examples.stream().filter(example -> example.landedAtMillis < cutOffMillis).toList();
  }

  private static LogisticModel trainedOn(List<Example> examples) {
    return LogisticRegression.fit(
        examples.stream().map(Example::features).toList(),
        examples.stream().map(Example::late).toList(),
        PENALTY);
  }

  /** All flights with the features known at their departure. */
  private static List<Example> examples(List<Flight> flights) {
    RecentLateness hours = new RecentLateness(6 * Times.HOUR);
    RecentLateness day = new RecentLateness(Times.DAY);
    RecentDelays delays = new RecentDelays(3 * Times.HOUR);
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
        delays.landed(landedAt(next), next);
      }
      FeatureRow features = features(flight, hours.share(now), day.share(now, flight.origin()));
      addDelays(features, delays, flight);
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
        .number(HOURS, hours)
        .category(WEEKDAY, clock.getDayOfWeek().name())
        .number("miles", flight.miles())
        .category("origin", flight.origin())
        .category("destination", flight.destination())
        .number("late_share_6h", lateLately)
        .number("late_share_origin_24h", lateAtOrigin);
  }

  private static void addDelays(FeatureRow features, RecentDelays delays, Flight flight) {
    long now = flight.departedAtMillis();
    int unit = now >= SECONDS_FROM && now < SECONDS_UNTIL ? SECONDS_PER_MINUTE : 1;
    features
        .number(DELAY_AT_ORIGIN, unit * delays.mean(now, flight.origin()))
        .number(DELAY_AT_DESTINATION, unit * delays.mean(now, flight.destination()))
        .number(DELAY_IN_ALL, unit * delays.mean(now));
  }
}
