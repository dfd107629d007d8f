package dev.runway.control.http;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names a request in answers, logs, audit entries and the headers of messages. */
final class RequestId {
  static final String HEADER = "X-Request-Id";
  static final String ATTRIBUTE = "request-id";
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /** The caller's own, if it can stand in a log; else a new one. */
  static String of(@Nullable String sent) {
    return sent != null && FORM.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }
}
