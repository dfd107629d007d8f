package dev.runway.control.ledger;

/** Told of every step of a grant, so that a test can end the process' luck between any two. */
@FunctionalInterface
interface Steps {
  /** Nobody listens. */
  Steps NONE = step -> {};

  void reached(Step step);

  /** The steps of a command, in their order. */
  enum Step {
    BEGUN,
    LOCKED,
    JUDGED,
    SUPERSEDED,
    WRITTEN,
    RESERVED,
    PUBLISHED,
    AUDITED,
    COMMITTED
  }
}
