package dev.runway.e2e.trace;

import dev.runway.model.ModelDocument;
import dev.runway.model.Outcome;
import dev.runway.model.Prediction;
import java.util.List;

/**
 * A prediction and everything that is ever said about it.
 *
 * @param repeats identical copies of the prediction
 * @param conflicts other predictions under its id, all later in event time
 * @param outcomes distinct outcomes, in no order
 */
public record Case(
    ModelDocument model,
    Prediction prediction,
    int repeats,
    List<Prediction> conflicts,
    List<Outcome> outcomes) {

  public Case {
    conflicts = List.copyOf(conflicts);
    outcomes = List.copyOf(outcomes);
  }
}
