package dev.runway.demo.scenario;

import dev.runway.demo.drift.Control;
import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.DriftWatch;
import dev.runway.demo.drift.Shift;
import dev.runway.demo.drift.Training;
import dev.runway.demo.drift.TrainingBaseline;
import dev.runway.demo.drift.TrainingRow;
import dev.runway.demo.sample.WeatherDay;
import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
import dev.runway.model.DriftReading;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code rain-tomorrow}: will anything fall on the day that begins now? Asked at midnight, answered
 * exactly 24 hours later. Trained on Seattle alone, then rolled out to New York.
 */
final class RainTomorrow {
  static final String ID = "rain-tomorrow";

  private static final String SEATTLE = "Seattle";
  private static final String NEW_YORK = "New York";

  private static final double PENALTY = 1;
  private static final LocalDate FIRST_DAY = LocalDate.of(2014, 1, 1);
  private static final LocalDate IN_NEW_YORK_FROM = LocalDate.of(2014, 7, 1);
  private static final long RETRAINED_ON = Times.startOf(2015, 1, 1);
  private static final long RETRAINED_IN_SEATTLE_FROM = Times.startOf(2015, 7, 1);

  private record Example(WeatherDay today, WeatherDay tomorrow, FeatureRow features) {}

  private RainTomorrow() {}

  static DemoModel model() {
    List<Example> examples = examples(WeatherDay.all());
    List<Example> forSeattle = knownAt(examples, Times.startOf(FIRST_DAY), Set.of(SEATTLE));
    List<Example> forBoth = knownAt(examples, RETRAINED_ON, Set.of(SEATTLE, NEW_YORK));
    Rollout.Version seattle = new Rollout.Version("2014.1", trainedOn(forSeattle));
    Rollout.Version both = new Rollout.Version("2015.1", trainedOn(forBoth));
    Map<String, Rollout> rollouts =
        Map.of(
            SEATTLE, takeover(seattle, both, RETRAINED_IN_SEATTLE_FROM),
            NEW_YORK, takeover(seattle, both, RETRAINED_ON));
    List<DemoCase> cases = new ArrayList<>();
    for (Example example : examples) {
      LocalDate day = example.tomorrow.date();
      String location = example.tomorrow.location();
      Rollout rollout = rollouts.get(location);
      LocalDate liveFrom = location.equals(NEW_YORK) ? IN_NEW_YORK_FROM : FIRST_DAY;
      if (rollout != null && !day.isBefore(liveFrom)) {
        long asked = Times.startOf(day);
        String id = predictionId(location, day);
        cases.add(
            new DemoCase(
                rollout.predict(id, asked, location, example.features),
                example.features,
                example.tomorrow.wet(),
                asked + Times.DAY));
      }
    }
    List<Training> trainings =
        List.of(
            training(seattle, Times.startOf(FIRST_DAY), forSeattle),
            training(both, RETRAINED_ON, forBoth));
    return new DemoModel(document(), "dry", Period.QUARTER, story(trainings), cases);
  }

  /** Seattle from 2012 on, New York from the day on which the model moves there. */
  static List<HistoryCase> history() {
    List<HistoryCase> history = new ArrayList<>();
    for (Example example : examples(WeatherDay.all())) {
      LocalDate day = example.tomorrow.date();
      String location = example.tomorrow.location();
      boolean served =
          location.equals(SEATTLE)
              || (location.equals(NEW_YORK) && !day.isBefore(IN_NEW_YORK_FROM));
      if (served) {
        long asked = Times.startOf(day);
        history.add(
            new HistoryCase(
                predictionId(location, day),
                asked,
                location,
                example.features,
                example.tomorrow.wet(),
                asked + Times.DAY));
      }
    }
    return history;
  }

  private static String predictionId(String location, LocalDate day) {
    return "rain-" + location.toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + day;
  }

  private static DriftStory story(List<Training> trainings) {
    // Nights warmer than any in Seattle and wind all year round: in all predictions together, half
    // of which are still Seattle's, and in those of the new city alone.
    Shift inAll = moved(DriftReading.ALL, List.of("temp_min", "temp_max", "wind"));
    Shift inNewYork = moved(NEW_YORK, List.of("wind", "temp_min"));
    // What Seattle's own seasons shift within a window of months, and what else it has.
    Control season =
        new Control(
            "season",
            SEATTLE,
            List.of(
                "temp_max",
                "temp_min",
                "season_sin",
                "season_cos",
                "wind",
                "weather",
                TrainingBaseline.SCORE));
    return new DriftStory(
        ID,
        DriftWatch.DEMO.window(document().tier()),
        trainings,
        List.of(inAll, inNewYork),
        List.of(season));
  }

  private static Shift moved(String segment, List<String> features) {
    return new Shift(
        "moved to New York",
        "2014.1",
        segment,
        features,
        Times.startOf(IN_NEW_YORK_FROM),
        RETRAINED_ON);
  }

  private static Training training(
      Rollout.Version version, long untilMillis, List<Example> examples) {
    List<TrainingRow> rows = new ArrayList<>();
    for (Example example : examples) {
      rows.add(
          new TrainingRow(
              Times.startOf(example.tomorrow.date()),
              example.tomorrow.location(),
              example.features,
              version.model().probability(example.features)));
    }
    return new Training(version.name(), untilMillis, rows);
  }

  private static Rollout takeover(Rollout.Version first, Rollout.Version second, long atMillis) {
    return new Rollout(ID, "", first, second, atMillis, atMillis);
  }

  private static ModelDocument document() {
    return new ModelDocument(
        ID,
        1,
        2,
        "weather",
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofDays(2),
        null,
        "rain",
        1,
        0.5,
        Duration.ofDays(1),
        1,
        List.of("2014.1", "2015.1"),
        List.of(SEATTLE, NEW_YORK),
        List.of(),
        List.of());
  }

  private static List<Example> knownAt(
      List<Example> examples, long cutOffMillis, Set<String> locations) {
    return examples.stream()
        .filter(example -> locations.contains(example.today.location()))
        .filter(example -> Times.startOf(example.tomorrow.date()) + Times.DAY <= cutOffMillis)
        .toList();
  }

  private static LogisticModel trainedOn(List<Example> examples) {
    return LogisticRegression.fit(
        examples.stream().map(Example::features).toList(),
        examples.stream().map(example -> example.tomorrow.wet()).toList(),
        PENALTY);
  }

  /** Each day with the one after it, in order of the day predicted. */
  private static List<Example> examples(List<WeatherDay> days) {
    Map<String, WeatherDay> yesterday = new HashMap<>();
    List<Example> examples = new ArrayList<>();
    for (WeatherDay day : days) {
      WeatherDay before = yesterday.put(day.location(), day);
      if (before != null && before.date().plusDays(1).equals(day.date())) {
        examples.add(new Example(before, day, features(before, day.date())));
      }
    }
    examples.sort(
        Comparator.comparing((Example example) -> example.tomorrow.date())
            .thenComparing(example -> example.tomorrow.location()));
    return examples;
  }

  private static FeatureRow features(WeatherDay today, LocalDate tomorrow) {
    double season = 2 * Math.PI * tomorrow.getDayOfYear() / tomorrow.lengthOfYear();
    return new FeatureRow()
        .number("precipitation_root", Math.sqrt(today.precipitationMillimetres()))
        .number("temp_max", today.tempMax())
        .number("temp_min", today.tempMin())
        .number("temp_range", today.tempMax() - today.tempMin())
        .number("wind", today.wind())
        .category("weather", today.weather())
        .number("season_sin", Math.sin(season))
        .number("season_cos", Math.cos(season));
  }
}
