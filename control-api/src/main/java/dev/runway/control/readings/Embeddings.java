package dev.runway.control.readings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How embedding spaces are: what was said of their pairs of versions, how fresh the vectors of each
 * version are, and which predictions rest on which of them.
 */
public final class Embeddings {
  /** Of one space: the models that mix come first. */
  private static final int MAX_MIXTURES = 50;

  private static final Map<String, Double> THRESHOLDS =
      Map.of("freshness_seconds", 60.0, "mean_shift", 0.25, "mixed_share", 0.01);

  private static final String SPACES =
      """
      SELECT k.space_id, e.team, e.state, e.revision, e.document -> 'thresholds' AS thresholds,
             u.unfit_baseline
      FROM (SELECT space_id FROM v_embedding_spaces
            UNION
            SELECT space_id FROM v_embedding_pairs) AS k
      LEFT JOIN v_embedding_spaces AS e ON e.space_id = k.space_id
      LEFT JOIN LATERAL (
          SELECT jsonb_build_object('version_before', b.version_before, 'version_after', b.version_after,
                                    'usages', b.usages, 'reasons', b.reasons) AS unfit_baseline
          FROM v_unfit_baselines AS b
          WHERE b.space_id = k.space_id AND b.up_to_date AND b.current_document
          ORDER BY b.computed_at DESC
          LIMIT 1) AS u ON true
      WHERE k.space_id > ? AND (?::text IS NULL OR k.space_id = ?)
      ORDER BY k.space_id
      LIMIT ?
      """;

  private static final String KNOWN =
      """
      SELECT (SELECT count(*) FROM v_embedding_spaces WHERE space_id = ?)
             + (SELECT count(*) FROM v_embedding_pairs WHERE space_id = ?)
      """;

  private static final String PAIRS =
      """
      SELECT s.space_id,
             CASE WHEN s.passed THEN 'PASSED'
                  WHEN NOT (s.up_to_date AND s.current_document) THEN 'OUT_OF_DATE'
                  ELSE s.compatibility END AS fate,
             count(*) AS pairs
      FROM v_embedding_stability AS s
      JOIN v_embedding_pairs AS p USING (space_id, version_before, version_after)
      WHERE s.space_id = ANY (?) AND NOT s.baseline AND NOT p.dropped
      GROUP BY s.space_id, fate
      ORDER BY s.space_id, fate
      """;

  /** By the versions that are known, for of each there are thousands of windows. */
  private static final String NEWEST =
      """
      SELECT v.space_id, v.embedding_version, w.window_end_at, w.vectors, w.freshness_p50_seconds,
             w.freshness_p95_seconds, w.breached, w.metrics
      FROM (SELECT space_id, version_before AS embedding_version
            FROM v_embedding_pairs WHERE space_id = ANY (?)
            UNION
            SELECT space_id, version_after FROM v_embedding_pairs WHERE space_id = ANY (?)
            UNION
            SELECT e.space_id, d ->> 'version'
            FROM v_embedding_spaces AS e, jsonb_array_elements(e.document -> 'versions') AS d
            WHERE e.space_id = ANY (?)) AS v
      CROSS JOIN LATERAL (
          SELECT t.window_end_at, t.vectors, t.freshness_p50_seconds, t.freshness_p95_seconds,
                 t.breached, t.metrics
          FROM v_embedding_traffic AS t
          WHERE t.space_id = v.space_id AND t.embedding_version = v.embedding_version
          ORDER BY t.window_start_at DESC
          LIMIT 1) AS w
      ORDER BY v.space_id, w.window_end_at DESC, v.embedding_version
      """;

  private static final String MIXTURES =
      """
      SELECT n.space_id, n.model_id, n.model_version, n.window_end_at, n.mixing, n.predictions,
             n.within_share, n.within_low, n.within_high,
             ARRAY(SELECT v.key FROM jsonb_each(n.versions) AS v ORDER BY v.key) AS versions
      FROM (SELECT DISTINCT ON (space_id, model_id, model_version)
                   space_id, model_id, model_version, window_end_at, mixing, predictions,
                   within_share, within_low, within_high, versions
            FROM v_embedding_mixtures
            WHERE computed_at > now() - interval '1 day' AND space_id = ANY (?)
            ORDER BY space_id, model_id, model_version, window_end_at DESC) AS n
      ORDER BY n.space_id, array_position(ARRAY['WITHIN', 'ACROSS', 'NONE'], n.mixing),
               n.window_end_at DESC, n.model_id, n.model_version
      LIMIT 10000
      """;

  private static final String TRAFFIC =
      """
      SELECT embedding_version, window_start_at, window_end_at, vectors, gone, mean_shift,
             covariance_change, norm_ratio, unusable_rise, freshness_p50_seconds,
             freshness_p95_seconds, breached, metrics
      FROM v_embedding_traffic
      WHERE space_id = ? AND window_end_at > ? AND window_end_at <= ?
          AND (?::text IS NULL OR embedding_version = ?)
          AND (window_end_at, embedding_version) < (?::timestamptz, ?::text)
      ORDER BY window_end_at DESC, embedding_version DESC
      LIMIT ?
      """;

  private Embeddings() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.LIST_EMBEDDINGS, Embeddings::list)
        .read(Operation.LIST_TRAFFIC, Embeddings::traffic);
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    sql.oneState();
    Page page = Page.of(call);
    String one = call.query("space");
    List<ObjectNode> found = sql.rows(SPACES, page.after(), one, one, page.rows());
    Map<String, ObjectNode> spaces = new LinkedHashMap<>();
    for (ObjectNode space : found) {
      spaces.put(space.path("space_id").asText(), space);
      JsonNode said = space.path("thresholds");
      ObjectNode thresholds = space.putObject("thresholds");
      THRESHOLDS.forEach((name, usual) -> thresholds.put(name, said.path(name).asDouble(usual)));
      space.putObject("pairs");
      space.putArray("versions");
      space.putArray("mixtures");
    }
    List<String> ids = List.copyOf(spaces.keySet());
    for (ObjectNode row : sql.rows(PAIRS, ids)) {
      ((ObjectNode) of(spaces, row).path("pairs"))
          .set(row.path("fate").asText(), row.path("pairs"));
    }
    for (ObjectNode row : sql.rows(NEWEST, ids, ids, ids)) {
      ((ArrayNode) of(spaces, row).path("versions")).add(estimates(row));
    }
    for (ObjectNode row : sql.rows(MIXTURES, ids)) {
      ArrayNode mixtures = (ArrayNode) of(spaces, row).path("mixtures");
      if (mixtures.size() < MAX_MIXTURES) {
        ObjectNode share = row.objectNode();
        share.set("value", row.path("within_share"));
        share.set("low", row.remove("within_low"));
        share.set("high", row.remove("within_high"));
        row.set("within_share", share);
        mixtures.add(row);
      }
    }
    return page.answer(found, row -> row.path("space_id").asText());
  }

  /** The space that a row is of, whose name it then is no more. */
  private static ObjectNode of(Map<String, ObjectNode> spaces, ObjectNode row) {
    return Objects.requireNonNull(spaces.get(row.remove("space_id").asText()));
  }

  /**
   * Refuses what is no space: neither registered, nor was anything ever told of it.
   *
   * @throws Problem 404
   */
  static void require(Sql sql, String spaceId) throws SQLException {
    if (sql.number(KNOWN, spaceId, spaceId) == 0) {
      throw Problem.notFound("there is no space " + spaceId);
    }
  }

  private static Answer traffic(Call call, Sql sql) throws SQLException {
    require(sql, call.path("space"));
    Span span = Span.of(call);
    Page page = Page.of(call);
    String version = call.query("version");
    List<ObjectNode> rows =
        sql.rows(
            TRAFFIC,
            call.path("space"),
            span.from(),
            span.to(),
            version,
            version,
            before(page.after()),
            page.after().substring(page.after().indexOf(' ') + 1),
            page.rows());
    rows.forEach(Embeddings::estimates);
    return page.answer(
        rows,
        row -> row.path("window_end_at").asText() + " " + row.path("embedding_version").asText());
  }

  /** The window that the page before ended with, as a time of the database. */
  private static String before(String after) {
    if (after.isEmpty()) {
      return "infinity";
    }
    try {
      return Instant.parse(after.substring(0, Math.max(0, after.indexOf(' ')))).toString();
    } catch (DateTimeException e) {
      throw Page.notOurs();
    }
  }

  /** Puts numbers together with their intervals, which only the JSON of a window has. */
  private static ObjectNode estimates(ObjectNode row) {
    JsonNode metrics = row.remove("metrics");
    for (String name :
        List.of(
            "mean_shift",
            "covariance_change",
            "norm_ratio",
            "unusable_rise",
            "freshness_p50_seconds",
            "freshness_p95_seconds")) {
      JsonNode value = row.remove(name);
      if (value == null) {
        continue;
      }
      ObjectNode estimate = row.putObject(name.replace("_seconds", ""));
      estimate.set("value", value);
      for (String end : List.of("low", "high")) {
        JsonNode limit = metrics.path(name).path(end);
        if (limit.isNumber()) {
          estimate.set(end, limit);
        }
      }
    }
    return row;
  }
}
