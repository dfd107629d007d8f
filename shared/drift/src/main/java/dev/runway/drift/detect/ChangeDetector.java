package dev.runway.drift.detect;

import java.io.DataOutput;
import java.io.IOException;

/** Looks at one value after the other and says when their law has changed. */
public interface ChangeDetector {

  /** What is known after a value. */
  enum State {
    STABLE,
    /** Only of detectors that have two levels. */
    WARNING,
    DRIFT
  }

  /**
   * Takes the next value.
   *
   * @param value a bounded loss, or 1 for an error and 0 for none; finite
   * @return DRIFT with the value that raises it; what comes then is for {@link #reset} to say
   */
  State add(double value);

  /** Forgets all values, keeps the parameters. */
  void reset();

  /** Writes parameters and state, in a form of its own version. */
  void write(DataOutput out) throws IOException;
}
