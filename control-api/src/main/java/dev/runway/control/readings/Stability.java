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
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a version of an embedding space can take the place of another. A version that is
 * published anew under its name has its old answer until it is compared again: whoever asks may say
 * since when its vectors must have been stored.
 */
public final class Stability {
  /** The 5 % quantile of when the newer version's compared vectors were stored. */
  private static final String STORED = "stored_at_p05_seconds";

  private static final BigDecimal MILLIS = BigDecimal.valueOf(1_000);

  private static final String COLUMNS =
      """
      SELECT space_id, version_before, version_after, compatibility, passed, up_to_date,
             current_document, newest_revision, baseline,
             pairs, unusable_pairs, items_before, items_after, dimensions_before,
             dimensions_after, sample_size, neighbours, verdicts, floor, metrics,
             graph_consumers, rotation_uri, rotation_sha256, document_revision, as_of, computed_at
      FROM v_embedding_stability
      WHERE space_id = ?
      """;

  private static final String NEWEST = COLUMNS + " AND version_before = ? AND version_after = ?";

  /** Versions have no control characters in their names. */
  private static final String NAMES = "version_before || chr(10) || version_after";

  private static final String ALL =
      COLUMNS + " AND " + NAMES + " > ? ORDER BY " + NAMES + " LIMIT ?";

  private static final String UNFIT =
      """
      SELECT version_before, version_after, usages, reasons
      FROM v_unfit_baselines
      WHERE space_id = ? AND up_to_date AND current_document
      ORDER BY computed_at DESC
      LIMIT 1
      """;

  private Stability() {}

  public static void handle(Handlers handlers) {
    handlers
        .read(Operation.GET_STABILITY, Stability::of)
        .read(Operation.LIST_STABILITY, Stability::all);
  }

  private static Answer all(Call call, Sql sql) throws SQLException {
    sql.oneState();
    String space = call.path("space");
    Embeddings.require(sql, space);
    Page page = Page.of(call);
    List<ObjectNode> rows = sql.rows(ALL, space, page.after(), page.rows());
    Optional<ObjectNode> unfit = sql.row(UNFIT, space);
    for (ObjectNode row : rows) {
      complete(row, unfit);
    }
    return page.answer(
        rows,
        row -> row.path("version_before").asText() + "\n" + row.path("version_after").asText());
  }

  private static Answer of(Call call, Sql sql) throws SQLException {
    String space = call.path("space");
    String before = call.path("before");
    String after = call.path("after");
    Instant storedAfter = Span.instant(call, "stored_after");
    ObjectNode body =
        sql.row(NEWEST, space, before, after)
            .orElseThrow(
                () ->
                    Problem.notFound(
                        "%s and %s of %s have not been compared: does the space's document name them?"
                            .formatted(before, after, space)));
    Instant stored = complete(body, sql.row(UNFIT, space));
    if (storedAfter != null && (stored == null || stored.isBefore(storedAfter))) {
      body.put("passed", false);
      if (!body.has("hint")) {
        body.put("hint", tooOld(after, storedAfter));
      }
    }
    return Answer.ok(body);
  }

  /**
   * Says of a row what people need to read it.
   *
   * @return since when its newer vectors are there; null where that is not known
   */
  private static @Nullable Instant complete(ObjectNode body, Optional<ObjectNode> unfit) {
    if (!body.path("current_document").asBoolean()) {
      body.put("hint", outdated(body));
    }
    Instant stored = storedSince(body);
    if (stored != null) {
      body.put("stored_since", stored.toString());
    }
    unfit.ifPresent(baseline -> body.put("baseline_warning", warning(baseline)));
    list(body, "verdicts", "usage");
    list(body, "metrics", "metric");
    return stored;
  }

  /** What follows from a baseline pair that is none. */
  private static String warning(ObjectNode baseline) {
    List<String> usages = new ArrayList<>();
    baseline.path("usages").forEach(usage -> usages.add(usage.asText()));
    return ("the baseline pair, %s and %s, does not pass itself for %s: two trainings without any"
            + " intended change are that far apart, so no new version will pass there. Make training"
            + " steadier, or align each version to the one before")
        .formatted(
            baseline.path("version_before").asText(),
            baseline.path("version_after").asText(),
            String.join(", ", usages));
  }

  private static String outdated(ObjectNode body) {
    long judgedBy = body.path("document_revision").asLong();
    long newest = body.path("newest_revision").asLong();
    return newest > judgedBy
        ? "judged by revision %d, the space's document is at %d: ask again after the next look"
            .formatted(judgedBy, newest)
        : "the space has ended";
  }

  /** Takes it out of the metrics: it is a time, and shown as one; null where it is not known. */
  private static @Nullable Instant storedSince(ObjectNode body) {
    if (!(body.path("metrics") instanceof ObjectNode metrics)) {
      return null;
    }
    JsonNode stored = metrics.remove(STORED);
    return stored == null || !stored.path("value").isNumber()
        ? null
        : Instant.ofEpochMilli(stored.path("value").decimalValue().multiply(MILLIS).longValue());
  }

  private static String tooOld(String after, Instant storedAfter) {
    return ("of the vectors of %s that were compared fewer than 19 of 20 were stored at %s or later:"
            + " ask again when those are read")
        .formatted(after, storedAfter);
  }

  /** Makes a list of things that are kept by their names. */
  private static void list(ObjectNode body, String field, String name) {
    JsonNode byName = body.path(field);
    ArrayNode list = body.putArray(field);
    byName
        .properties()
        .forEach(
            each -> list.addObject().put(name, each.getKey()).setAll((ObjectNode) each.getValue()));
  }
}
