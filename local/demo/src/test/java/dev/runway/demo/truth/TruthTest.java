package dev.runway.demo.truth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.demo.drift.DriftStory;
import dev.runway.demo.scenario.DemoCase;
import dev.runway.demo.scenario.DemoModel;
import dev.runway.demo.scenario.Period;
import dev.runway.demo.train.FeatureRow;
import dev.runway.model.LabelPolicy;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values worked out by hand. */
class TruthTest {
  private static final ModelDocument DOCUMENT =
      new ModelDocument(
          "m",
          1,
          3,
          null,
          Task.BINARY,
          LabelPolicy.EXPLICIT,
          Reduction.LAST,
          Duration.ofMillis(100),
          null,
          "yes",
          1,
          0.5,
          Duration.ofSeconds(1),
          1,
          List.of(),
          List.of(),
          List.of(),
          List.of());

  private final List<DemoCase> cases = new ArrayList<>();

  @Test
  void fourLabelled_giveTheNumbersWorkedOutByHand() {
    add(0.2, false, 10);
    add(0.4, true, 20);
    add(0.4, false, 30);
    add(0.8, true, 100);
    add(0.9, false, 101);
    add(0.1, false, -1);

    TruthRow total = Truth.total(model(cases));

    assertThat(total.predictions()).isEqualTo(6);
    assertThat(total.labelled()).isEqualTo(4);
    assertThat(total.afterHorizon()).isEqualTo(1);
    assertThat(total.coverage()).isEqualTo(4 / 6.0);
    // Pairs: 0.4 beats 0.2, ties 0.4; 0.8 beats both: 3.5 of 4.
    assertThat(total.auc()).isEqualTo(3.5 / 4);
    assertThat(total.accuracy()).isEqualTo(3 / 4.0);
    assertThat(total.calibration()).isCloseTo(1.8 / 2, within(1e-12));
    double loss = -(Math.log(0.8) + Math.log(0.4) + Math.log(0.6) + Math.log(0.8)) / 4;
    assertThat(total.logLoss()).isCloseTo(loss, within(1e-12));
    assertThat(total.delayP50Millis()).isEqualTo(20);
    assertThat(total.delayP95Millis()).isEqualTo(100);
  }

  @Test
  void oneClassOnly_leavesAucAndCalibrationUndefined() {
    add(0.2, false, 10);

    TruthRow total = Truth.total(model(cases));

    assertThat(total.auc()).isNull();
    assertThat(total.calibration()).isNull();
    assertThat(total.accuracy()).isEqualTo(1);
  }

  private static DemoModel model(List<DemoCase> cases) {
    DriftStory unwatched = DriftStory.none("m", Duration.ofDays(1));
    return new DemoModel(DOCUMENT, "no", Period.YEAR, unwatched, cases);
  }

  private void add(double score, boolean positive, long delay) {
    long at = 1_000L + cases.size();
    Prediction prediction =
        new Prediction(
            "p" + at,
            "m",
            "v",
            at,
            score,
            null,
            Double.NaN,
            null,
            null,
            null,
            null,
            null,
            Double.NaN,
            1);
    cases.add(
        new DemoCase(
            prediction, new FeatureRow(), positive, delay < 0 ? DemoCase.NEVER : at + delay));
  }
}
