package dev.runway.control.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.outbox.Change;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Deletes a subject from the tables, and keeps that it was asked for, by whom and what was found.
 * The id comes with the request, for tables are searched for it; it is bound to one statement and
 * kept nowhere. What stays is the key that stands for it, which says nothing without the secret.
 */
public final class Erasures {
  /** Refused events of 35 days and readings of 90 are read, as far as that takes no longer. */
  private static final int LIMIT_MILLIS = 60_000;

  /** A day of a place. */
  private static final int STEP_MILLIS = 10_000;

  private static final List<String> PLACES =
      List.of("dead_letters", "drift_readings.detail", "baselines");

  private static final String DAYS = "SELECT place, on_day::text AS on_day FROM forget_days()";

  private static final String FORGET =
      "SELECT rows_found AS found, rows_gone AS gone FROM forget_words(?, ?::date, ?, ?, ?)";

  private Erasures() {}

  public static void handle(Handlers handlers) {
    handlers.change(Operation.FORGET_SUBJECT, Erasures::forget);
  }

  private static Answer forget(Call call, Change change) throws SQLException {
    String key = call.text("entity_key");
    boolean look = call.json().path("look").asBoolean();
    List<String> ids = new ArrayList<>();
    call.json().path("ids").forEach(id -> ids.add(id.asText()));
    ObjectNode done = JsonNodeFactory.instance.objectNode();
    ArrayNode places = done.putArray("places");
    new Search(change.sql(), ids, look).everywhere().forEach(places::add);
    JsonNode elsewhere = call.json().path("elsewhere");
    if (elsewhere.isArray()) {
      done.set("elsewhere", elsewhere);
    }
    change.audit(look ? "subject.search" : "subject.forget", "subject:" + key, done);
    return Answer.ok(done.deepCopy().put("entity_key", key).put("look", look));
  }

  /**
   * Goes from day to day. One that takes too long, or whose rows somebody else has, is undone alone
   * and told: what was reached is kept, and the log says both.
   */
  private static final class Search {
    private final Sql sql;
    private final List<String> ids;
    private final List<String> needles;
    private final boolean look;
    private final Map<String, ObjectNode> places = new LinkedHashMap<>();
    private final long begun = System.nanoTime();

    Search(Sql sql, List<String> ids, boolean look) {
      this.sql = sql;
      this.ids = ids;
      this.needles = Needles.of(ids);
      this.look = look;
      for (String place : PLACES) {
        places.put(
            place,
            JsonNodeFactory.instance
                .objectNode()
                .put("place", place)
                .put("found", 0L)
                .put("gone", 0L));
      }
    }

    Collection<ObjectNode> everywhere() throws SQLException {
      sql.limitStatements(STEP_MILLIS);
      for (ObjectNode next : sql.rows(DAYS)) {
        String name = next.path("place").asText();
        JsonNode day = next.path("on_day");
        ObjectNode place = places.get(name);
        if (place == null) {
          throw new IllegalStateException("the tables have a place that the API does not know");
        }
        Optional<ObjectNode> found =
            isOver() ? Optional.empty() : at(name, day.isTextual() ? day.asText() : null);
        if (found.isEmpty()) {
          add(place, "left", 1);
        } else {
          add(place, "found", found.get().path("found").asLong());
          add(place, "gone", found.get().path("gone").asLong());
        }
      }
      return places.values();
    }

    private Optional<ObjectNode> at(String place, @Nullable String day) throws SQLException {
      return sql.unlessItTakesTooLong(
          within -> within.rows(FORGET, place, day, ids, needles, look).get(0));
    }

    private boolean isOver() {
      return System.nanoTime() - begun > (LIMIT_MILLIS - STEP_MILLIS) * 1_000_000L;
    }

    private static void add(ObjectNode place, String field, long more) {
      place.put(field, place.path(field).asLong() + more);
    }
  }
}
