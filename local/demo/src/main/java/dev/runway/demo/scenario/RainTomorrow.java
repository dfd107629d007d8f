package dev.runway.demo.scenario;

import dev.runway.demo.sample.WeatherDay;
import dev.runway.demo.train.FeatureRow;
import dev.runway.demo.train.LogisticModel;
import dev.runway.demo.train.LogisticRegression;
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

  private static final double PENALTY = 1;
  private static final LocalDate FIRST_DAY = LocalDate.of(2014, 1, 1);
  private static final LocalDate IN_NEW_YORK_FROM = LocalDate.of(2014, 7, 1);
  private static final long RETRAINED_ON = Times.startOf(2015, 1, 1);
  private static final long RETRAINED_IN_SEATTLE_FROM = Times.startOf(2015, 7, 1);

  private record Example(WeatherDay today, WeatherDay tomorrow, FeatureRow features) {}

  private RainTomorrow() {}

  static DemoModel model() {
    List<Example> examples = examples(WeatherDay.all());
    LogisticModel seattle = trained(examples, Times.startOf(FIRST_DAY), Set.of("Seattle"));
    LogisticModel both = trained(examples, RETRAINED_ON, Set.of("Seattle", "New York"));
    Map<String, Rollout> rollouts =
        Map.of(
            "Seattle", takeover(seattle, both, RETRAINED_IN_SEATTLE_FROM),
            "New York", takeover(seattle, both, RETRAINED_ON));
    List<DemoCase> cases = new ArrayList<>();
    for (Example example : examples) {
      LocalDate day = example.tomorrow.date();
      String location = example.tomorrow.location();
      Rollout rollout = rollouts.get(location);
      LocalDate liveFrom = location.equals("New York") ? IN_NEW_YORK_FROM : FIRST_DAY;
      if (rollout != null && !day.isBefore(liveFrom)) {
        long asked = Times.startOf(day);
        String id = "rain-" + location.toLowerCase(Locale.ROOT).replace(' ', '-') + "-" + day;
        cases.add(
            new DemoCase(
                rollout.predict(id, asked, location, example.features),
                example.features,
                example.tomorrow.wet(),
                asked + Times.DAY));
      }
    }
    return new DemoModel(document(), "dry", Period.QUARTER, cases);
  }

  private static Rollout takeover(LogisticModel first, LogisticModel second, long atMillis) {
    return new Rollout(
        ID,
        "",
        new Rollout.Version("2014.1", first),
        new Rollout.Version("2015.1", second),
        atMillis,
        atMillis);
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
        List.of("Seattle", "New York"),
        List.of(),
        List.of());
  }

  private static LogisticModel trained(
      List<Example> examples, long cutOffMillis, Set<String> locations) {
    List<Example> known =
        examples.stream()
            .filter(example -> locations.contains(example.today.location()))
            .filter(example -> Times.startOf(example.tomorrow.date()) + Times.DAY <= cutOffMillis)
            .toList();
    return LogisticRegression.fit(
        known.stream().map(Example::features).toList(),
        known.stream().map(example -> example.tomorrow.wet()).toList(),
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
