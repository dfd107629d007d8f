package dev.runway.control.readings;

import dev.runway.control.http.Call;
import dev.runway.control.http.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * The time that a question is about: by the ends of windows, or by when something was judged.
 *
 * @param from excluded
 * @param to included
 */
record Span(Instant from, Instant to) {
  private static final Duration USUAL = Duration.ofDays(7);

  /** So much is read in far less than a statement may take. */
  private static final Duration LONGEST = Duration.ofDays(31);

  /** Windows that are under way end in the future. */
  private static final Duration AHEAD = Duration.ofDays(1);

  /**
   * What a call asks for; the last days when it does not say.
   *
   * @throws Problem 400 if it is too long, or no time at all
   */
  static Span of(Call call) {
    Instant to = instant(call, "to");
    Instant until = to == null ? Instant.now().plus(AHEAD) : to;
    Instant from = instant(call, "from");
    Instant since = from == null ? until.minus(USUAL) : from;
    if (!since.isBefore(until)) {
      throw Problem.parameter("parameter", "from", "must be before to");
    }
    if (Duration.between(since, until).compareTo(LONGEST.plus(AHEAD)) > 0) {
      throw Problem.parameter(
          "parameter", "from", "must be at most " + LONGEST.toDays() + " days before to");
    }
    return new Span(since, until);
  }

  /**
   * A time that a call names, or null.
   *
   * @throws Problem 400 if it is none
   */
  static @Nullable Instant instant(Call call, String name) {
    String text = call.query(name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.parameter("parameter", name, "must be a time such as 2026-11-26T12:00:00Z");
    }
  }
}
