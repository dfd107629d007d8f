package dev.runway.control.scheduler;

import dev.runway.control.calls.NotSent;
import dev.runway.control.calls.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** What status codes say about an order, where a scheduler gives them no meaning of its own. */
final class Verdict {
  private Verdict() {}

  /** An order that was not taken with a code of success. */
  static Submission ofSubmission(Reply reply, Instant now) {
    int status = reply.status();
    Duration again = reply.retryAfter(now);
    // A door that is shut to us is no fault of the order: it waits for a new token.
    boolean door = status == 401 || status == 403 || status == 407 || status < 400;
    boolean load = status == 429 || isNobody(reply);
    if (door || load) {
      return new Submission.Busy(reply.shown(), again, load);
    }
    // 503 too, with a time to come again or without: a proxy may say it after it has passed it on.
    // It speaks for what is behind it, and that is gone for all; a 500 was at work on this order.
    return status >= 500 || status == 408 || status == 409
        ? new Submission.Unclear(reply.shown(), again, status > 501)
        : new Submission.Refused(reply.shown());
  }

  /** Schedulers say in JSON what is not there; whatever stands in for one that is away does not. */
  private static boolean isNobody(Reply reply) {
    return reply.status() == 404 && !reply.json().isObject();
  }

  /** An order for which no whole answer came. */
  static Submission ofSubmission(IOException cause) {
    String reason = String.valueOf(cause.getMessage());
    return cause instanceof NotSent
        ? new Submission.Busy(reason, Duration.ZERO, true)
        : new Submission.Unclear(reason, Duration.ZERO, true);
  }

  /** A question that was not answered with a code of success. */
  static Progress ofProgress(Reply reply, Instant now) {
    return reply.status() == 404 && !isNobody(reply)
        ? new Progress.Missing(reply.shown())
        : new Progress.Unreachable(reply.shown(), reply.retryAfter(now));
  }

  /** A question to which no whole answer came. */
  static Progress ofProgress(IOException cause) {
    return new Progress.Unreachable(String.valueOf(cause.getMessage()), Duration.ZERO);
  }

  /**
   * What became of asking for an end. A run that has ended by itself refuses that in many ways;
   * which it was, a look tells.
   */
  static Cancellation ofCancellation(Reply reply) {
    int status = reply.status();
    if (status == 404) {
      return isNobody(reply) ? Cancellation.UNREACHABLE : Cancellation.UNKNOWN_THERE;
    }
    boolean door = status == 401 || status == 403 || status == 407 || status == 429;
    return door || status >= 500 || status == 408 ? Cancellation.UNREACHABLE : Cancellation.ASKED;
  }
}
