package dev.runway.control.http;

import dev.runway.model.CauseHeader;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names a request in answers, logs, audit entries and the headers of messages. */
public final class RequestId {
  public static final String HEADER = "X-Request-Id";

  /** In the header of a record, and in every line of the log. */
  public static final String NAME = CauseHeader.NAME;

  /** In every line of the log about a command. */
  public static final String COMMAND = "command_id";

  static final String ATTRIBUTE = "request-id";
  private static final Pattern TRACEPARENT =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private RequestId() {}

  /** The caller's own, if it can stand in a log; else a new one. */
  static String of(@Nullable String sent) {
    String own = kept(sent);
    return own == null ? UUID.randomUUID().toString() : own;
  }

  /** What was sent, if it can stand in a log; else null. */
  public static @Nullable String kept(@Nullable String sent) {
    return sent != null && FORM.matcher(sent).matches() ? sent : null;
  }

  /** The trace of a {@code traceparent} as W3C has it; null when it is none. */
  public static @Nullable String ofTrace(@Nullable String traceparent) {
    Matcher parts = TRACEPARENT.matcher(traceparent == null ? "" : traceparent);
    return parts.matches() ? parts.group(1) : null;
  }
}
