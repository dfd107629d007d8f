package dev.runway.control.dispatch;

/** Is told what a dispatcher has just done. Tests end it there, as a power cut would. */
interface Trace {
  /** Between each two of these it may end. */
  enum Step {
    /** A command is marked as about to be handed in. */
    MARKED,
    /** The scheduler has answered, and nobody but this process knows. */
    ANSWERED,
    /** The answer is in the ledger. */
    RECORDED,
    /** The scheduler was asked how a run gets on. */
    LOOKED,
    /** The scheduler was asked to stop a run. */
    STOPPED
  }

  void reached(Step step);
}
