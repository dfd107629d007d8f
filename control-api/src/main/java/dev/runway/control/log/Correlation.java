package dev.runway.control.log;

import dev.runway.control.http.RequestId;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Lines of the log under the ids of what they are about, by whichever thread they are written. */
public final class Correlation {
  private Correlation() {}

  /** Writes lines under the id of the request that they come of. */
  public static void ofRequest(String requestId, Runnable lines) {
    under(RequestId.NAME, requestId, lines);
  }

  /**
   * Writes lines about a command that nobody asks for now.
   *
   * @param cause the id of what it came of
   */
  public static void ofCommand(String commandId, String cause, Runnable lines) {
    ofRequest(cause, () -> under(RequestId.COMMAND, commandId, lines));
  }

  private static void under(String name, String id, Runnable lines) {
    String before = MDC.get(name);
    MDC.put(name, id);
    try {
      lines.run();
    } finally {
      restore(name, before);
    }
  }

  private static void restore(String name, @Nullable String before) {
    if (before == null) {
      MDC.remove(name);
    } else {
      MDC.put(name, before);
    }
  }
}
