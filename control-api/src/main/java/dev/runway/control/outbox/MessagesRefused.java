package dev.runway.control.outbox;

/** Kafka did not take a batch; what was begun is undone, and other topics can go on. */
final class MessagesRefused extends Exception {
  private static final long serialVersionUID = 1L;

  MessagesRefused(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
