package dev.runway.control.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.outbox.Change;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes a subject from the tables, and keeps that it was asked for, by whom and what was found.
 * The id comes with the request, for tables are searched for it; it is bound to one statement and
 * kept nowhere. What stays is the key that stands for it, which says nothing without the secret.
 */
public final class Erasures {
  /** Refused events of 35 days and readings of 90 are read from end to end. */
  private static final int LIMIT_MILLIS = 60_000;

  private static final String FORGET =
      "SELECT place, rows_found AS found, rows_gone AS gone FROM forget_words(?, ?, ?)";

  private Erasures() {}

  public static void handle(Handlers handlers) {
    handlers.change(Operation.FORGET_SUBJECT, Erasures::forget);
  }

  private static Answer forget(Call call, Change change) throws SQLException {
    String key = call.text("entity_key");
    boolean look = call.json().path("look").asBoolean();
    List<String> ids = new ArrayList<>();
    call.json().path("ids").forEach(id -> ids.add(id.asText()));
    change.sql().limitStatements(LIMIT_MILLIS);
    ObjectNode done = JsonNodeFactory.instance.objectNode();
    ArrayNode places = done.putArray("places");
    for (ObjectNode row : change.sql().rows(FORGET, ids, Needles.of(ids), look)) {
      places.add(row);
    }
    JsonNode elsewhere = call.json().path("elsewhere");
    if (elsewhere.isArray()) {
      done.set("elsewhere", elsewhere);
    }
    change.audit(look ? "subject.search" : "subject.forget", "subject:" + key, done);
    return Answer.ok(done.deepCopy().put("entity_key", key).put("look", look));
  }
}
