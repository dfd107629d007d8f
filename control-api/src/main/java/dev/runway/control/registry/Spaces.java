package dev.runway.control.registry;

import com.fasterxml.jackson.databind.JsonNode;
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
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Embedding spaces: which of their versions are compared, by what, and who uses them. */
public final class Spaces {
  private static final String COLUMNS =
      """
      SELECT space_id, revision, state, team, document, created_at, changed_at
      FROM embedding_spaces
      """;

  private static final String ONE = COLUMNS + "WHERE space_id = ?";

  /** The highest revision that anything was told of. */
  private static final String TOLD_OF =
      """
      SELECT coalesce(max(document_revision), 0) FROM v_embedding_stability WHERE space_id = ?
      """;

  private Spaces() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_SPACES, Spaces::list)
        .read(Operation.GET_SPACE, (call, sql) -> answer(get(sql, call.path("space"))))
        .change(Operation.CREATE_SPACE, Spaces::create)
        .change(Operation.REPLACE_SPACE, Spaces::replace)
        .change(Operation.END_SPACE, Spaces::end);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    String team = call.query("team");
    return page.answer(
        sql.rows(
            COLUMNS
                + "WHERE space_id > ? AND (?::text IS NULL OR team = ?) ORDER BY space_id LIMIT ?",
            page.after(),
            team,
            team,
            page.rows()),
        row -> row.path("space_id").asText());
  }

  private static ObjectNode get(Sql sql, String spaceId) throws SQLException {
    return sql.row(ONE, spaceId)
        .orElseThrow(() -> Problem.notFound("there is no space " + spaceId));
  }

  private static Answer answer(ObjectNode space) {
    return Answer.ok(space).revision(space.path("revision").asLong());
  }

  private static Answer create(Call call, Change change) throws SQLException {
    String spaceId = call.text("space_id");
    if (change.sql().row(ONE, spaceId).isPresent()) {
      throw Problem.conflict(
          "there is a space %s already, or was one: change it with PUT".formatted(spaceId));
    }
    // A space whose documents somebody wrote by hand goes on with higher revisions than theirs: of
    // two results the table keeps that of the higher one.
    long told = change.sql().number(TOLD_OF, spaceId);
    long revision = Math.max(call.json().path("revision").asLong(1), told + 1);
    JsonNode document = call.json().path("document");
    byte[] message = message(spaceId, revision, document);
    change
        .sql()
        .update(
            """
            INSERT INTO embedding_spaces (space_id, revision, state, team, document, message)
            VALUES (?, ?, 'ACTIVE', ?, ?, ?)
            """,
            spaceId,
            revision,
            call.text("team"),
            document,
            message);
    change.publish(Topic.SPACES, key(spaceId), message);
    ObjectNode made = get(change.sql(), spaceId);
    change.audit("space.create", "space:" + spaceId, made);
    return Answer.created("/v1/spaces/" + spaceId, made).revision(revision);
  }

  /** Whose it is has been looked at under a lock; one that has ended comes again. */
  private static Answer replace(Call call, Change change) throws SQLException {
    String spaceId = call.path("space");
    ObjectNode before = get(change.sql(), spaceId);
    call.requireMatch(before.path("revision").asLong());
    long revision = before.path("revision").asLong() + 1;
    JsonNode document = call.json().path("document");
    byte[] message = message(spaceId, revision, document);
    change
        .sql()
        .update(
            """
            UPDATE embedding_spaces
            SET revision = ?, state = 'ACTIVE', team = ?, document = ?, message = ?,
                changed_at = now()
            WHERE space_id = ?
            """,
            revision,
            call.text("team"),
            document,
            message,
            spaceId);
    change.publish(Topic.SPACES, key(spaceId), message);
    ObjectNode made = get(change.sql(), spaceId);
    change.audit("space.update", "space:" + spaceId, changed(before, made));
    return answer(made);
  }

  /** The jobs let go of all that they know of it. */
  private static Answer end(Call call, Change change) throws SQLException {
    String spaceId = call.path("space");
    ObjectNode before = get(change.sql(), spaceId);
    if (before.path("state").asText().equals("ENDED")) {
      throw Problem.notFound("space " + spaceId + " has ended already");
    }
    change
        .sql()
        .update(
            """
            UPDATE embedding_spaces
            SET revision = revision + 1, state = 'ENDED', message = NULL, changed_at = now()
            WHERE space_id = ?
            """,
            spaceId);
    change.publish(Topic.SPACES, key(spaceId), null);
    change.audit("space.end", "space:" + spaceId, changed(before, get(change.sql(), spaceId)));
    return Answer.nothing();
  }

  private static ObjectNode changed(ObjectNode before, ObjectNode after) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.set("before", before);
    detail.set("after", after);
    return detail;
  }

  private static byte[] key(String spaceId) {
    return spaceId.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What the jobs are told. Their own reader judges: of a document that they refuse the one before
   * would stay in force.
   *
   * @throws Problem 422 naming the field that they would refuse
   */
  private static byte[] message(String spaceId, long revision, JsonNode document) {
    ObjectNode json = document.deepCopy();
    json.put("space_id", spaceId);
    json.put("revision", revision);
    try {
      EmbeddingSpace space =
          EmbeddingSpaceCodec.read(json.toString().getBytes(StandardCharsets.UTF_8));
      return EmbeddingSpaceCodec.write(space);
    } catch (MalformedEvent e) {
      String field = e.field() == null ? "" : "/" + e.field();
      throw Problem.invalid(
          "/document" + field.replace('.', '/').replace("[", "/").replace("]", ""), e.detail());
    }
  }
}
