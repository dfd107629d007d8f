package dev.runway.demo.result;

import static dev.runway.demo.result.DriftReadings.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.runway.demo.drift.Control;
import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.drift.Shift;
import dev.runway.model.DriftReading.Feature;
import dev.runway.model.DriftReading.FeatureKind;
import dev.runway.model.DriftReading.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftSummaryTest {
  private static final Shift SHIFT =
      new Shift("seconds", "1", "*", List.of("delay"), 3 * DAY + DAY / 2, 5 * DAY);
  private static final DriftStory STORY =
      new DriftStory(
          "m",
          Duration.ofDays(1),
          List.of(),
          List.of(SHIFT),
          List.of(new Control("weekday", "*", List.of("weekday"))));

  private final DriftResults results = new DriftResults();

  /** Of files of a user nothing is known: all that fires is told. */
  @Test
  void withoutAStory_whatFired_isAllThereIs() {
    DriftStory none = DriftStory.none("m", Duration.ofHours(6));
    assertThat(DriftTable.lines(DriftSummary.of(none, results)))
        .containsExactly("drift of m: no baseline, so nothing was judged");

    results.take(DriftReadings.day(0, "*", 1, DriftReadings.feature("delay", 0.1, 0.4)));
    assertThat(DriftTable.lines(DriftSummary.of(none, results)))
        .containsExactly(
            "drift of m: windows of PT6H, 1 readings: 1 judged, 0 of too few predictions",
            "  nothing fired");

    results.take(DriftReadings.day(1, "*", 2, DriftReadings.feature("delay", 3.5, 0.4)));
    results.take(DriftReadings.day(2, "*", 3, DriftReadings.feature("delay", 2.5, 0.4)));
    assertThat(DriftTable.lines(DriftSummary.of(none, results)))
        .contains("  FIRED")
        .last()
        .asString()
        .matches(" +delay +1 +all +2 +1970-01-03 psi +3.500 +0.400 +100");
  }

  @Test
  void shift_isFoundByTheFirstWindowThatFires_withItsFigureAndDelay() {
    for (int day = 0; day < 6; day++) {
      boolean shifted = day == 4;
      results.take(
          DriftReadings.day(
              day,
              "*",
              day + 1,
              DriftReadings.feature("delay", shifted ? 3.5 : 0.1, 0.4),
              DriftReadings.feature("weekday", 1 + day, 9)));
    }

    DriftSummary summary = DriftSummary.of(STORY, results);

    DriftSummary.FoundFeature delay = summary.shifts().get(0).features().get(0);
    assertThat(summary.shifts().get(0).firstJudgedMillis()).isEqualTo(4 * DAY);
    assertThat(delay.judged()).isEqualTo(2);
    assertThat(delay.fired()).isEqualTo(1);
    assertThat(delay.first()).isEqualTo(new DriftFigure(5 * DAY, "psi", 3.5, 0.4, 100));
    assertThat(delay.after(SHIFT)).isEqualTo(Duration.ofHours(36));
    DriftSummary.HeldFeature weekday = summary.controls().get(0).features().get(0);
    assertThat(weekday)
        .returns(6, DriftSummary.HeldFeature::judged)
        .returns(0, DriftSummary.HeldFeature::fired)
        .returns(6, DriftSummary.HeldFeature::ruleOfThumb);
    assertThat(weekday.highest().value()).isEqualTo(6);
    assertThat(summary.alarms()).isEmpty();
    assertThat(summary.asKnown()).isTrue();
    assertThat(DriftTable.lines(summary))
        .anySatisfy(line -> assertThat(line).startsWith("  FIRED  seconds, 1970-01-04"))
        .anySatisfy(line -> assertThat(line).contains("delay", "1.5 d", "3.500", "1 of 2"))
        .anySatisfy(line -> assertThat(line).startsWith("  SILENT  weekday (all)"));
    assertThat(DriftTable.brief(summary))
        .containsExactly(
            "  FIRED        m: seconds, 1970-01-04 to 1970-01-06 (version 1, all)",
            "               delay after 1.5 d: psi 3.500 above 0.400, and in 1 of 2 windows",
            "  SILENT       m: weekday (all; weekday): 0 of 6 windows fired, by PSI > 0.2 it would"
                + " have been 6");
  }

  @Test
  void alarmOutsideOfEveryShift_isNamed_andAControlThatFiresIsNoSilence() {
    results.take(DriftReadings.day(0, "*", 1, DriftReadings.feature("weekday", 12, 9)));
    results.take(DriftReadings.day(1, "eu", 1, DriftReadings.feature("wind", 1, 0.5)));
    results.take(DriftReadings.day(2, "eu", 1, DriftReadings.feature("wind", 2, 0.5)));
    results.take(DriftReadings.reading(3, "eu", 1, Status.NO_DECISION, List.of()));

    DriftSummary summary = DriftSummary.of(STORY, results);

    assertThat(summary.asKnown()).isFalse();
    assertThat(summary.shifts().get(0).found()).isFalse();
    assertThat(summary.controls().get(0).held()).isFalse();
    assertThat(summary.alarms())
        .extracting(DriftSummary.Alarm::feature, DriftSummary.Alarm::windows)
        .containsExactly(tuple("weekday", 1), tuple("wind", 2));
    assertThat(summary.readings())
        .containsEntry(Status.EVALUATED, 3L)
        .containsEntry(Status.NO_DECISION, 1L);
    assertThat(DriftTable.lines(summary))
        .anySatisfy(line -> assertThat(line).startsWith("  MISSED  seconds"))
        .anySatisfy(line -> assertThat(line).startsWith("  FALSE ALARM  weekday"));
    assertThat(DriftTable.brief(summary))
        .contains(
            "               delay has not fired: 0 of 0 windows",
            "  fired        m: weekday, wind, of what nobody has planted")
        .anySatisfy(line -> assertThat(line).startsWith("  MISSED       m: seconds"))
        .anySatisfy(line -> assertThat(line).startsWith("  FALSE ALARM  m: weekday"));
  }

  /** The demo says so and must not end as if all were well. */
  @Test
  void missedShift_orAControlThatFires_isNotWell() {
    DriftSummary missed = DriftSummary.of(STORY, results);
    for (int day = 0; day < 6; day++) {
      results.take(
          DriftReadings.day(
              day, "*", day + 1, DriftReadings.feature("delay", day == 4 ? 3.5 : 0.1, 0.4)));
    }
    DriftSummary found = DriftSummary.of(STORY, results);

    assertThat(whole(missed)).returns(true, Summary::isWhole).returns(false, Summary::isWell);
    assertThat(whole(found)).returns(true, Summary::isWhole).returns(true, Summary::isWell);
    assertThat(whole()).returns(true, Summary::isWell);
  }

  /** A run of which no event is missing. */
  private static Summary whole(DriftSummary... drift) {
    return new Summary(
        "ns", new Sent(0, 0, 0, 0), List.of(), Map.of(), Map.of(), Map.of(), List.of(drift), true);
  }

  @Test
  void figureOfAnAlarm_isPsiWhereItFired_elseWhatIsFurthestAboveItsThreshold() {
    Feature feature =
        new Feature(
            "delay",
            FeatureKind.NUMERIC,
            true,
            1.0,
            List.of(
                DriftReadings.signal("psi", 0.1, 0.4, false),
                DriftReadings.signal("missing_change", -0.2, 0.01, true),
                DriftReadings.signal("out_of_range", 0.05, 0.01, true)));

    assertThat(DriftFigure.ofAlarm(DriftReadings.day(0, "*", 1, feature), feature))
        .returns("missing_change", DriftFigure::metric)
        .returns(-0.2, DriftFigure::value);
  }

  @Test
  void modelWithoutBaseline_saysSo() {
    assertThat(DriftTable.lines(DriftSummary.of(STORY, results)))
        .containsExactly("drift of m: no baseline, so nothing was judged");
  }
}
