package dev.runway.control.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.http.Call;
import dev.runway.control.http.Problem;
import dev.runway.model.Limits;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of bodies in the types of the tables. */
final class Texts {
  private Texts() {}

  /** The texts of an array; none when it is not there. */
  static List<String> of(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /**
   * A time of the body, or null.
   *
   * @throws Problem 422 if there is no such time
   */
  static @Nullable Instant time(Call call, String field) {
    String text = call.optional(field);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw Problem.invalid("/" + field, "a time such as 2026-11-26T12:00:00Z is due");
    }
  }

  /** A time that the contract requires. */
  static Instant requiredTime(Call call, String field) {
    Instant time = time(call, field);
    if (time == null) {
      throw Problem.invalid("/" + field, "is required");
    }
    return time;
  }

  /**
   * Holds the span of data that a body names.
   *
   * @throws Problem 422 if it ends before it begins
   */
  static void requireSpan(@Nullable Instant start, @Nullable Instant end) {
    if (start != null && end != null && !start.isBefore(end)) {
      throw Problem.invalid("/data_end_at", "must be after data_start_at");
    }
  }

  /** A version cannot have learnt from what is still to come; a clock may be a little ahead. */
  static void requireKnownBy(@Nullable Instant end, Instant now) {
    if (end != null && end.isAfter(now.plus(Limits.MAX_AHEAD))) {
      throw Problem.invalid("/data_end_at", "is in the future");
    }
  }
}
