package dev.runway.demo.scenario;

import java.util.List;

/** The three models of the demo with everything they predict. */
public final class Scenario {
  private Scenario() {}

  /** Trains the models on their first samples and predicts the rest; about a second of work. */
  public static List<DemoModel> models() {
    return List.of(StrikeDamage.model(), LateArrival.model(), RainTomorrow.model());
  }
}
