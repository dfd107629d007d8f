package dev.runway.policy;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;

/** A condition that compiled. */
public final class Condition {
  private final String text;
  private final CelRuntime.Program program;

  Condition(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  /** Whether a condition holds. */
  public enum Answer {
    YES,
    NO,
    /** It asks for a signal that is not there, or for what no number is, such as 1 / 0. */
    UNKNOWN
  }

  /** Judges it by what is known. */
  public Answer judge(Facts facts) {
    try {
      Object value = program.eval(facts.bindings());
      // Of what is not bound comes a set of unknowns and no error.
      return value instanceof Boolean held ? (held ? Answer.YES : Answer.NO) : Answer.UNKNOWN;
    } catch (CelEvaluationException e) {
      return Answer.UNKNOWN;
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
