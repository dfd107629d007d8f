package dev.runway.control.ledger;

/** Another instance dispatches by now: whoever gets this has to stop, and nothing was changed. */
public final class Fenced extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Fenced(long epoch, long newest) {
    super("epoch " + epoch + " has ended, the newest is " + newest);
  }
}
