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

/** Windows of a model, the newest first: how good it was, what drifted, which labels there are. */
public final class History {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ALL = "*";

  private static final History PERFORMANCE =
      new History(
          """
          SELECT model_version, task, segment, variant, window_start_at, window_end_at, metric, value,
                 low, high, se, bound_low, bound_high, samples, effective_samples, provisional,
                 estimated, computed_at, master
          FROM v_performance
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ? AND segment = ?
                AND (?::text IS NULL OR model_version = ?::text) AND variant = '*'
                AND (?::text IS NULL OR metric = ?::text)
          """,
          List.of(
              Key.time("window_end_at"),
              Key.text("model_version"),
              Key.text("task"),
              Key.time("window_start_at"),
              Key.text("metric"),
              Key.flag("estimated")),
          List.of("version", "metric"));

  private static final History COVERAGE =
      new History(
          """
          SELECT model_version, task, segment, variant, window_start_at, window_end_at, received,
                 predictions, joined, waiting, unlabelled, duplicates, conflicts, matured,
                 matched_matured, coverage, coverage_so_far, expected_coverage, provisional,
                 computed_at, master
          FROM v_label_coverage
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ? AND segment = ?
                AND (?::text IS NULL OR model_version = ?::text) AND variant = '*'
          """,
          List.of(
              Key.time("window_end_at"),
              Key.text("model_version"),
              Key.text("task"),
              Key.time("window_start_at")),
          List.of("version"));

  private static final History DRIFT =
      new History(
          """
          SELECT model_version, segment, profile_id, window_start_at, window_end_at,
                 evaluated_from_at, status, predictions, features, evaluated, flagged, severity,
                 provisional, computed_at
          FROM v_drift
          WHERE model_id = ? AND window_end_at > ? AND window_end_at <= ? AND segment = ?
                AND (?::text IS NULL OR model_version = ?::text)
                AND (?::text IS NULL OR profile_id = ?::text)
          """,
          List.of(Key.time("window_end_at"), Key.text("model_version"), Key.text("profile_id")),
          List.of("version", "profile"));

  private final String question;
  private final List<Key> keys;
  private final List<String> filters;

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

    Object value(JsonNode node) {
      return switch (type) {
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
   * @param filters parameters of the query that a row may be asked for by, each bound twice
   */
  private History(String selection, List<Key> keys, List<String> filters) {
    this.keys = keys;
    this.filters = filters;
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
        .read(Operation.LIST_DRIFT, DRIFT::list);
  }

  private Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    Span span = Span.of(call);
    String segment = call.query("segment");
    List<@Nullable Object> values = new ArrayList<>();
    values.add(call.path("model"));
    values.add(span.from());
    values.add(span.to());
    values.add(segment == null ? ALL : segment);
    for (String filter : filters) {
      values.add(call.query(filter));
      values.add(call.query(filter));
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
