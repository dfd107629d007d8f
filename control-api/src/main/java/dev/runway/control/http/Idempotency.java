package dev.runway.control.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests that come again: the key, the change and its answer are committed together, so a second
 * request either waits for the first and gets its answer, or finds that it never was.
 */
final class Idempotency {
  private Idempotency() {}

  /**
   * What a request says of itself.
   *
   * @param key null when it says nothing
   * @param requestHash SHA-256 of method, path and body
   */
  record Asked(String subject, @Nullable String key, byte[] requestHash) {}

  static Asked asked(String subject, @Nullable String key, String method, String uri, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((method + " " + uri + "\n").getBytes(StandardCharsets.UTF_8));
      return new Asked(subject, key, digest.digest(body));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The answer that was given before; empty when this is the first time.
   *
   * @throws Problem 422 if the key came with another request
   */
  static Optional<Answer> begin(Sql sql, Asked asked) throws SQLException {
    if (asked.key() == null) {
      return Optional.empty();
    }
    // Waits here while another request with this key is under way.
    int first =
        sql.update(
            """
            INSERT INTO idempotency_keys (subject, key, request_hash) VALUES (?, ?, ?)
            ON CONFLICT (subject, key) DO NOTHING
            """,
            asked.subject(),
            asked.key(),
            asked.requestHash());
    if (first == 1) {
      return Optional.empty();
    }
    ObjectNode row =
        sql.row(
                """
                SELECT request_hash, status, location, etag, convert_from(answer, 'UTF8') AS answer
                FROM idempotency_keys
                WHERE subject = ? AND key = ?
                """,
                asked.subject(),
                asked.key())
            .orElseThrow();
    if (!row.path("request_hash").asText().equals(HexFormat.of().formatHex(asked.requestHash()))) {
      throw Problem.keyReused();
    }
    return Optional.of(replayed(row));
  }

  private static Answer replayed(ObjectNode row) {
    Map<String, String> headers = new HashMap<>();
    if (row.has("location")) {
      headers.put("Location", row.path("location").asText());
    }
    if (row.has("etag")) {
      headers.put("ETag", row.path("etag").asText());
    }
    headers.put("Idempotency-Replayed", "true");
    byte[] body =
        row.has("answer") ? row.path("answer").asText().getBytes(StandardCharsets.UTF_8) : null;
    int status = row.path("status").asInt();
    String type = status < 400 ? "application/json" : Exchange.PROBLEM_JSON;
    return new Answer(status, body == null ? null : type, body, Map.copyOf(headers));
  }

  static void end(Sql sql, Asked asked, Answer answer) throws SQLException {
    if (asked.key() == null) {
      return;
    }
    sql.update(
        """
        UPDATE idempotency_keys SET status = ?, location = ?, etag = ?, answer = ?
        WHERE subject = ? AND key = ?
        """,
        answer.status(),
        answer.headers().get("Location"),
        answer.headers().get("ETag"),
        answer.body(),
        asked.subject(),
        asked.key());
  }
}
