package dev.runway.demo.scenario;

import dev.runway.demo.drift.DriftStory;
import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import java.util.List;

/**
 * A model of the demo: its document, all it predicts, and the period its table is cut by.
 *
 * @param negativeLabel what its outcomes call the class that is not the positive one
 * @param drift where its data shifts
 * @param cases in order of prediction time
 */
public record DemoModel(
    ModelDocument document,
    String negativeLabel,
    Period period,
    DriftStory drift,
    List<DemoCase> cases) {

  public DemoModel {
    cases = List.copyOf(cases);
  }

  public String id() {
    return document.modelId();
  }

  /** The outcome event of an observed case. */
  public Outcome outcome(DemoCase observed) {
    String positiveLabel = document.positiveLabel();
    return new Outcome(
        observed.prediction().predictionId(),
        id(),
        observed.observedAtMillis(),
        observed.positive() && positiveLabel != null ? positiveLabel : negativeLabel,
        Double.NaN,
        null,
        0,
        Outcome.RETRACTS_NOTHING);
  }
}
