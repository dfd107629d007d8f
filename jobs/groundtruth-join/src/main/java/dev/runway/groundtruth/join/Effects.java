package dev.runway.groundtruth.join;

import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;

/** Where the consequences of an event go, and the timers it asks for. */
public interface Effects {
  void truth(GroundTruth truth);

  void count(Contribution contribution);

  void late(LateOutcome outcome);

  void dead(DeadLetter letter);

  void repeatedPrediction();

  void repeatedOutcome();

  /** An outcome whose prediction was sampled out. */
  void sampledOut();

  /** Asks for {@link PredictionJoin#onTime} once event time has reached {@code atMillis}. */
  void wake(long atMillis);

  /** Takes a {@link #wake} back. */
  void forget(long atMillis);
}
