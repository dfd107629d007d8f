package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.calls.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Somebody who is told of alerts. The same told twice is one alert to him. */
interface AlertTarget {
  /** Longer answers say nothing that is of use. */
  int MAX_ANSWER_BYTES = 64 * 1024;

  /** As it is stored. */
  String name();

  /** How many he takes at once. */
  default int batch() {
    return 1;
  }

  /** Whether he takes an alert as over that he is not told of again and again. */
  default boolean forgets() {
    return false;
  }

  /**
   * Tells him.
   *
   * @param alerts as many as {@link #batch} at most, as they are now
   * @return whether he has heard
   */
  Hearing tell(List<Alert> alerts);

  /** What became of telling. */
  sealed interface Hearing {
    /** He has heard. */
    record Heard() implements Hearing {}

    /** He does not want this. Others may be welcome. */
    record Refused(String reason) implements Hearing {}

    /**
     * He is not there, or lets nobody in, or has too much to do: nothing is welcome now.
     *
     * @param again when to try again; zero when he did not say
     */
    record Away(String reason, Duration again) implements Hearing {}

    /** What is wrong with the message itself, and not with the way. */
    Set<Integer> OF_THE_MESSAGE = Set.of(400, 413, 422);

    /** By the status of an answer. */
    static Hearing of(Reply reply) {
      if (reply.isSuccess()) {
        return new Heard();
      }
      return OF_THE_MESSAGE.contains(reply.status())
          ? new Refused(reply.shown())
          : new Away(reply.shown(), reply.retryAfter(Instant.now()));
    }

    /** When there was no answer. */
    static Hearing of(IOException cause) {
      return new Away(String.valueOf(cause.getMessage()), Duration.ZERO);
    }
  }

  /** As it is sent. */
  static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
