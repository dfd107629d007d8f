package dev.runway.stack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.BiConsumer;

/**
 * A file with an event a line, read as often as it is asked for.
 *
 * @param timeField field of an event's time: epoch milliseconds, or ISO 8601 with an offset
 */
record EventLines(Path file, String timeField) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The newest time; {@link Instant#MIN} when there is no event. */
  Instant newest() throws IOException {
    Instant[] newest = {Instant.MIN};
    read(
        (number, line, event) -> {
          Instant time = time(number, event);
          newest[0] = time.isAfter(newest[0]) ? time : newest[0];
        });
    return newest[0];
  }

  /**
   * Gives every event with the id of its prediction, which is its key.
   *
   * @param shift added to its time; what is not moved stays byte for byte what it is
   * @return how many there are
   */
  long each(Duration shift, BiConsumer<String, byte[]> taker) throws IOException {
    long[] events = new long[1];
    read(
        (number, line, event) -> {
          String id = event.path("prediction_id").asText();
          if (id.isEmpty()) {
            throw wrong(number, "has no prediction_id");
          }
          byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
          if (!shift.isZero()) {
            event.put(timeField, time(number, event).plus(shift).toEpochMilli());
            bytes = JSON.writeValueAsBytes(event);
          }
          taker.accept(id, bytes);
          events[0]++;
        });
    return events[0];
  }

  private interface LineTaker {
    void take(int number, String line, ObjectNode event) throws IOException;
  }

  private void read(LineTaker taker) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          taker.take(number, line, event(number, line));
        }
      }
    }
  }

  private ObjectNode event(int number, String line) throws IOException {
    try {
      if (JSON.readTree(line) instanceof ObjectNode event) {
        return event;
      }
    } catch (JsonProcessingException e) {
      throw wrong(number, "is no JSON: " + e.getOriginalMessage());
    }
    throw wrong(number, "is no JSON object");
  }

  private Instant time(int number, ObjectNode event) throws IOException {
    JsonNode time = event.path(timeField);
    try {
      return time.isIntegralNumber()
          ? Instant.ofEpochMilli(time.asLong())
          : OffsetDateTime.parse(time.asText()).toInstant();
    } catch (DateTimeException e) {
      throw wrong(number, timeField + " is no time: " + time);
    }
  }

  private IOException wrong(int number, String what) {
    return new IOException("line " + number + " of " + file + " " + what);
  }
}
