package dev.runway.control.readings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was of a model, the newest first: windows (how good it was, what drifted, which labels there
 * are), and how stale its versions were and what was decided about them.
 */
public final class History {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final History PERFORMANCE =
      new History(
          """
          SELECT model_version, task, segment, variant, window_start_at, window_end_at, metric, value,
                 low, high, se, bound_low, bound_high, samples, effective_samples, provisional,
                 estimated, computed_at, master
          FROM v_performance
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ?
                AND segment = coalesce(?::text, '*') AND variant = '*'
                AND (?::text IS NULL OR model_version = ?::text)
                AND (?::text IS NULL OR metric = ?::text)
          """,
          List.of(
              Key.time("window_end_at"),
              Key.text("model_version"),
              Key.text("task"),
              Key.time("window_start_at"),
              Key.text("metric"),
              Key.flag("estimated")),
          List.of("segment", "version", "version", "metric", "metric"));

  private static final History COVERAGE =
      new History(
          """
          SELECT model_version, task, segment, variant, window_start_at, window_end_at, received,
                 predictions, joined, waiting, unlabelled, duplicates, conflicts, matured,
                 matched_matured, coverage, coverage_so_far, expected_coverage, provisional,
                 computed_at, master
          FROM v_label_coverage
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ?
                AND segment = coalesce(?::text, '*') AND variant = '*'
                AND (?::text IS NULL OR model_version = ?::text)
          """,
          List.of(
              Key.time("window_end_at"),
              Key.text("model_version"),
              Key.text("task"),
              Key.time("window_start_at")),
          List.of("segment", "version", "version"));

  private static final History DRIFT =
      new History(
          """
          SELECT model_version, segment, profile_id, window_start_at, window_end_at,
                 evaluated_from_at, status, predictions, features, evaluated, flagged, severity,
                 provisional, computed_at
          FROM v_drift
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ?
                AND segment = coalesce(?::text, '*')
                AND (?::text IS NULL OR model_version = ?::text)
                AND (?::text IS NULL OR profile_id = ?::text)
          """,
          List.of(Key.time("window_end_at"), Key.text("model_version"), Key.text("profile_id")),
          List.of("segment", "version", "version", "profile", "profile"));

  private static final History STALENESS =
      new History(
          """
          SELECT model_version, revision, state, previous_state, since_at, suspension, episode, score,
                 coverage, parts, missing, features, policy, policy_version, window_end_at, judged_at
          FROM v_staleness
          WHERE model_id = ? AND judged_at > ? AND judged_at <= ?
                AND (?::text IS NULL OR model_version = ?::text)
                AND (?::text IS NULL OR state = ?::text)
          """,
          List.of(Key.time("judged_at"), Key.text("model_version"), Key.number("revision")),
          List.of("version", "version", "state", "state"));

  private static final History DECISIONS =
      new History(
          """
          SELECT decision_id, model_version, verdict, mode, hold, attributed_to, state_before,
                 state_after, episode, score, severity_class, coverage, features, policy,
                 policy_version, explanation, command_id, command_state, window_end_at, decided_at
          FROM v_decisions
          WHERE model_id = ? AND decided_at > ? AND decided_at <= ?
                AND (?::text IS NULL OR model_version = ?::text)
                AND (?::text IS NULL OR verdict = ?::text)
          """,
          List.of(Key.time("decided_at"), Key.text("decision_id")),
          List.of("version", "version", "verdict", "verdict"));

  private final String question;
  private final List<Key> keys;
  private final List<String> bound;

  /** One column of the order, in which no two rows are equal. */
  private record Key(String column, String type) {
    static Key time(String column) {
      return new Key(column, "timestamptz");
    }

    static Key text(String column) {
      return new Key(column, "text");
    }

    static Key flag(String column) {
      return new Key(column, "boolean");
    }

    static Key number(String column) {
      return new Key(column, "bigint");
    }

    Object value(JsonNode node) {
      return switch (type) {
        case "bigint" -> node.asLong();
        case "timestamptz" -> Instant.parse(node.asText());
        case "boolean" -> node.asBoolean();
        default -> stored(node.asText());
      };
    }

    /** PostgreSQL has no texts with NUL, and none that is not Unicode. */
    private static String stored(String text) {
      if (text.indexOf(0) >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
        throw Page.notOurs();
      }
      return text;
    }
  }

  /**
   * @param bound parameters of the query behind model and times, as often as the selection asks
   */
  private History(String selection, List<Key> keys, List<String> bound) {
    this.keys = keys;
    this.bound = bound;
    String columns = keys.stream().map(Key::column).collect(Collectors.joining(", "));
    String values = keys.stream().map(key -> "?::" + key.type()).collect(Collectors.joining(", "));
    String order =
        keys.stream().map(key -> key.column() + " DESC").collect(Collectors.joining(", "));
    this.question =
        "%s AND (? OR (%s) < (%s)) ORDER BY %s LIMIT ?"
            .formatted(selection, columns, values, order);
  }

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_PERFORMANCE, PERFORMANCE::list)
        .read(Operation.LIST_COVERAGE, COVERAGE::list)
        .read(Operation.LIST_DRIFT, DRIFT::list)
        .read(Operation.LIST_STALENESS, STALENESS::list)
        .read(Operation.LIST_DECISIONS, DECISIONS::list);
  }

  private Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    Span span = Span.of(call);
    List<@Nullable Object> values = new ArrayList<>();
    values.add(call.path("model"));
    values.add(span.from());
    values.add(span.to());
    for (String parameter : bound) {
      values.add(call.query(parameter));
    }
    values.add(page.after().isEmpty());
    values.addAll(after(page));
    values.add(page.rows());
    return page.answer(sql.rows(question, values.toArray()), this::key);
  }

  private String key(ObjectNode row) {
    ArrayNode key = MAPPER.createArrayNode();
    keys.forEach(each -> key.add(row.path(each.column())));
    return key.toString();
  }

  /** The key of the last row of the page before; nulls, which are not looked at, for the first. */
  private List<@Nullable Object> after(Page page) {
    if (page.after().isEmpty()) {
      return Collections.nCopies(keys.size(), null);
    }
    try {
      JsonNode key = MAPPER.readTree(page.after());
      if (!key.isArray() || key.size() != keys.size()) {
        throw Page.notOurs();
      }
      List<@Nullable Object> values = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        values.add(keys.get(i).value(key.get(i)));
      }
      return values;
    } catch (JsonProcessingException | DateTimeException e) {
      throw Page.notOurs();
    }
  }
}
