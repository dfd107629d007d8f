package dev.runway.control.dispatch;

/** Another instance may dispatch by now, so this one stops. */
final class LeaseLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LeaseLost(long epoch) {
    super("the lease of epoch " + epoch + " has ended");
  }
}
