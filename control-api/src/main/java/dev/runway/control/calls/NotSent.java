package dev.runway.control.calls;

import java.io.IOException;

/** No byte of a request reached the other side. */
public final class NotSent extends IOException {
  private static final long serialVersionUID = 1L;

  public NotSent(String message, Throwable cause) {
    super(message, cause);
  }

  public NotSent(String message) {
    super(message);
  }
}
