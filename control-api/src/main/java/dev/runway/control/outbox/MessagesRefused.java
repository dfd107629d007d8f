package dev.runway.control.outbox;

/** Kafka did not take a batch; what was begun is undone, and other topics can go on. */
final class MessagesRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String requestId;

  MessagesRefused(Throwable cause, String requestId) {
    super(String.valueOf(cause.getMessage()), cause);
    this.requestId = requestId;
  }

  /** Of the change whose message it was; of the first one where Kafka does not say which. */
  String requestId() {
    return requestId;
  }
}
