package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.calls.NotSent;
import dev.runway.control.calls.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The token that Airflow gives for a name and a password, kept until it holds no more. */
final class AirflowToken {
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final Endpoint endpoint;
  private final String username;
  private final Path passwordFile;
  private @Nullable String token;

  AirflowToken(Endpoint endpoint, String username, Path passwordFile) {
    this.endpoint = endpoint;
    this.username = username;
    this.passwordFile = passwordFile;
  }

  /**
   * The header that lets us in.
   *
   * @throws NotSent if there is no token: what needs it is not even tried
   */
  synchronized Map<String, String> header(HttpCalls calls) throws NotSent {
    if (token == null) {
      token = fetch(calls);
    }
    return Map.of("Authorization", "Bearer " + token);
  }

  synchronized void drop() {
    token = null;
  }

  private String fetch(HttpCalls calls) throws NotSent {
    byte[] body =
        JsonNodeFactory.instance
            .objectNode()
            .put("username", username)
            .put("password", HttpCalls.secret(passwordFile))
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    Reply reply;
    try {
      reply = calls.send("POST", endpoint.at("auth", "token"), body, Map.of(), MAX_ANSWER_BYTES);
    } catch (IOException e) {
      throw new NotSent("no token: " + e.getMessage(), e);
    }
    JsonNode answer = reply.json();
    String given = answer.path("access_token").asText(answer.path("jwt_token").asText());
    if (!reply.isSuccess() || given.isEmpty()) {
      throw new NotSent("no token: HTTP " + reply.status()); // Its body might hold one.
    }
    return given;
  }
}
