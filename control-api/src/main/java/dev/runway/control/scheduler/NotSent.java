package dev.runway.control.scheduler;

import java.io.IOException;

/** No byte of a request reached the other side. */
final class NotSent extends IOException {
  private static final long serialVersionUID = 1L;

  NotSent(String message, Throwable cause) {
    super(message, cause);
  }

  NotSent(String message) {
    super(message);
  }
}
