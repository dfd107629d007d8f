package dev.runway.control.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Role;
import dev.runway.control.security.Subject;
import dev.runway.control.security.TokenText;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** Tokens of machines. */
public final class Tokens {
  private static final Duration LONGEST = Duration.ofDays(366);

  private static final String COLUMNS =
      "SELECT token_id, name, roles, teams, models, created_at, created_by, expires_at, revoked_at"
          + " FROM api_tokens";

  private Tokens() {}

  public static void handle(Handlers handlers) {
    handlers
        .plain(Operation.ME, Tokens::me)
        .read(Operation.LIST_TOKENS, Tokens::list)
        .change(Operation.CREATE_TOKEN, new Creation())
        .change(Operation.REVOKE_TOKEN, Tokens::revoke);
  }

  private static Answer me(Call call) {
    Subject subject = call.subject();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("subject", subject.name());
    ArrayNode roles = body.putArray("roles");
    Arrays.stream(Role.values()).filter(subject::has).map(Role::word).forEach(roles::add);
    new TreeSet<>(subject.teams()).forEach(body.putArray("teams")::add);
    Set<String> models = subject.models();
    if (models != null) {
      new TreeSet<>(models).forEach(body.putArray("models")::add);
    }
    return Answer.ok(body);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    return page.answer(
        sql.rows(
            COLUMNS + " WHERE token_id::text > ? ORDER BY token_id::text LIMIT ?",
            page.after(),
            page.rows()),
        row -> row.path("token_id").asText());
  }

  /** Its answer holds the one secret of this API, which is kept nowhere. */
  private static final class Creation implements Handlers.Changing {
    @Override
    public Answer answer(Call call, Change change) throws SQLException {
      return create(call, change);
    }

    @Override
    public Answer kept(Answer made) {
      return made.without("token");
    }

    /**
     * Whoever lost the answer holds no token, so the one in it ends, and another takes its place.
     */
    @Override
    public Answer again(Call call, Change change, Answer before) throws SQLException {
      UUID id = UUID.fromString(before.json().path("token_id").asText());
      if (change
          .sql()
          .row(COLUMNS + " WHERE token_id = ? AND revoked_at IS NULL FOR UPDATE", id)
          .isEmpty()) {
        throw Problem.conflict("the token that this request made was revoked: make another one");
      }
      revoke(change, id);
      return create(call, change);
    }
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String name = call.text("name");
    if (change.sql().row(COLUMNS + " WHERE name = ? AND revoked_at IS NULL", name).isPresent()) {
      throw Problem.conflict("there is a token " + name + "; revoke it first");
    }
    String text = TokenText.draw();
    JsonNode models = call.json().get("models");
    List<String> roles = texts(call.json().path("roles"));
    if (models != null && roles.contains(Role.ADMIN.word())) {
      throw Problem.invalid(
          "/models", "do not go with the role admin, which is for everything of everybody");
    }
    UUID id = UUID.randomUUID();
    change
        .sql()
        .update(
            """
            INSERT INTO api_tokens (token_id, name, token_hash, roles, teams, models, created_by,
                                    expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            id,
            name,
            TokenText.hash(text),
            roles,
            texts(call.json().path("teams")),
            models == null ? null : texts(models),
            change.subject(),
            expiry(call));
    ObjectNode made = change.sql().row(COLUMNS + " WHERE token_id = ?", id).orElseThrow();
    change.audit("token.create", "token:" + name, made.deepCopy());
    made.put("token", text);
    return Answer.created("/v1/tokens/" + id, made);
  }

  private static Instant expiry(Call call) {
    Instant now = Instant.now();
    Instant expiry;
    try {
      expiry = OffsetDateTime.parse(call.text("expires_at")).toInstant();
    } catch (DateTimeException e) {
      throw Problem.invalid("/expires_at", "a time such as 2027-02-26T12:00:00Z is due");
    }
    if (!expiry.isAfter(now) || expiry.isAfter(now.plus(LONGEST))) {
      throw Problem.invalid("/expires_at", "must be in the future, at most a year ahead");
    }
    return expiry;
  }

  private static Answer revoke(Call call, Change change) throws SQLException {
    revoke(change, UUID.fromString(call.path("token")));
    return Answer.nothing();
  }

  private static void revoke(Change change, UUID id) throws SQLException {
    ObjectNode revoked =
        change
            .sql()
            .row(
                """
                UPDATE api_tokens SET revoked_at = now()
                WHERE token_id = ? AND revoked_at IS NULL
                RETURNING token_id, name
                """,
                id)
            .orElseThrow(() -> Problem.notFound("there is no such token that holds"));
    change.audit("token.revoke", "token:" + revoked.path("name").asText(), revoked);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
