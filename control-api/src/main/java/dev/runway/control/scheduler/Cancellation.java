package dev.runway.control.scheduler;

/** What became of asking for an order to be stopped. */
public enum Cancellation {
  /** It was asked for; the order ends soon, or has ended. */
  ASKED,
  /** The other side knows no such order: there is nothing to stop. */
  UNKNOWN_THERE,
  /** The other side cannot be asked for such a thing. */
  IMPOSSIBLE,
  /** The other side does not answer now. */
  UNREACHABLE
}
