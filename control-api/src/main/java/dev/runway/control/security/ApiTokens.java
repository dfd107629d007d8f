package dev.runway.control.security;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tokens of machines: looked up by their hash with every request, so that revoking one is felt. */
public final class ApiTokens {
  private static final String FIND =
      """
      SELECT name, roles, teams, models
      FROM api_tokens
      WHERE token_hash = ? AND revoked_at IS NULL AND expires_at > clock_timestamp()
      """;

  private final Database database;
  private final @Nullable DemoToken demo;

  public ApiTokens(Database database, @Nullable DemoToken demo) {
    this.database = database;
    this.demo = demo;
  }

  /**
   * Who has a token.
   *
   * @throws AuthenticationFailed if nobody has: unknown, expired and revoked ones are told alike
   */
  Subject subject(String token) throws AuthenticationFailed {
    byte[] hash = TokenText.hash(token);
    Subject ofDemo = demo == null ? null : demo.subject(hash);
    if (ofDemo != null) {
      return ofDemo;
    }
    Optional<ObjectNode> row = database.read(sql -> sql.row(FIND, (Object) hash));
    if (row.isEmpty()) {
      throw new AuthenticationFailed("this API token is not valid");
    }
    ObjectNode found = row.get();
    Set<Role> roles =
        texts(found.path("roles")).stream()
            .flatMap(word -> Role.of(word).stream())
            .collect(Collectors.toSet());
    return new Subject(
        "token:" + found.path("name").asText(),
        roles,
        texts(found.path("teams")),
        found.has("models") ? texts(found.path("models")) : null);
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
