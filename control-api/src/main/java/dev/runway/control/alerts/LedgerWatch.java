package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import dev.runway.control.ledger.Move;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger and the way to the scheduler say is wrong. It compares what is wrong with the
 * alerts that are open, so it needs to remember nothing, and any number of instances may look.
 */
final class LedgerWatch {
  /** Shorter outages mend themselves; and so long it takes whoever dispatches next to find one. */
  static final Duration GRACE = Duration.ofSeconds(30);

  /** The newest of each version, of the last day; a success since then is the answer to it. */
  private static final String FAILED =
      """
      SELECT DISTINCT ON (c.model_id, c.model_version)
             c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.state, c.reason,
             c.attempt, c.scheduler, c.scheduler_run, c.ended_at AS at
      FROM retrain_commands AS c
      WHERE c.state IN ('FAILED', 'TIMED_OUT')
          AND c.ended_at > clock_timestamp() - interval '1 day'
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = c.model_id AND m.state = 'RETIRED')
          AND NOT EXISTS (SELECT FROM retrain_commands AS n
                          WHERE n.model_id = c.model_id AND n.state = 'SUCCEEDED'
                              AND n.action <> 'CANCEL' AND n.ended_at > c.ended_at)
      ORDER BY c.model_id, c.model_version, c.ended_at DESC, c.command_id
      """;

  /**
   * The oldest of each version, of the last day. A later one that was answered makes up for it; and
   * what was sent less than an hour ago may wait behind an API that was away.
   */
  private static final String UNANSWERED =
      """
      SELECT DISTINCT ON (d.model_id, d.model_version)
             d.command_id, d.model_id, d.model_version, d.team, d.tier, d.verdict AS action,
             d.decision_id, d.computed_at AS at
      FROM v_decisions AS d
      WHERE d.command_state = 'UNANSWERED' AND d.command_id IS NOT NULL
          AND d.computed_at > clock_timestamp() - interval '1 day'
          AND d.computed_at < clock_timestamp() - interval '1 hour'
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = d.model_id AND m.state = 'RETIRED')
          AND NOT EXISTS (SELECT FROM v_decisions AS n
                          WHERE n.model_id = d.model_id AND n.model_version = d.model_version
                              AND n.command_id IS NOT NULL AND n.command_state <> 'UNANSWERED'
                              AND n.computed_at > d.computed_at)
      ORDER BY d.model_id, d.model_version, d.computed_at, d.command_id
      """;

  /**
   * The oldest of each version. Whoever hands in again goes by way of SUBMITTED, so that state is
   * no end of it; and most unclear answers are clear a minute later. While a scheduler is down that
   * is what people are told, and not each command that it may have heard of and is asked for again.
   * But it may look so because of one command alone, which would then be told by nobody; so after
   * an hour the first of them is. Takes the ids of those that were begun where nobody can be asked,
   * three times, and whether these are known: whoever does not know them ends none of their alerts.
   */
  private static final String UNCLEAR =
      """
      SELECT DISTINCT ON (c.model_id, c.model_version)
             c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.state, c.reason,
             c.attempt, c.scheduler, c.scheduler_run, c.tries, c.submitted_at AS at
      FROM retrain_commands AS c
      LEFT JOIN alerts AS o ON o.rule = 'COMMAND_UNCLEAR' AND o.resolved_at IS NULL
          AND o.details ->> 'command_id' = c.command_id::text
      WHERE (c.state IN ('UNKNOWN', 'SUBMITTED')
             AND (c.scheduler = 'webhook' OR o.alert_id IS NOT NULL
                  OR c.command_id::text = ANY (?)
                  OR NOT EXISTS (SELECT FROM alerts AS s
                                 WHERE s.rule = 'SCHEDULER_DOWN' AND s.resolved_at IS NULL)
                  OR c.command_id = (
                      SELECT e.command_id
                      FROM retrain_commands AS e
                      LEFT JOIN models AS m ON m.model_id = e.model_id
                      WHERE e.state IN ('UNKNOWN', 'SUBMITTED') AND e.scheduler <> 'webhook'
                          AND e.command_id::text <> ALL (?)
                          AND e.submitted_at < clock_timestamp() - interval '1 hour'
                          AND m.state IS DISTINCT FROM 'RETIRED'
                      ORDER BY e.submitted_at, e.command_id
                      LIMIT 1))
             OR c.state IN ('ACCEPTED', 'RUNNING')
                AND (c.command_id::text = ANY (?) OR o.alert_id IS NOT NULL AND NOT ?))
          AND c.submitted_at < clock_timestamp() - interval '10 minutes'
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = c.model_id AND m.state = 'RETIRED')
      ORDER BY c.model_id, c.model_version, c.submitted_at, c.command_id
      """;

  /**
   * The one of each version that is late the longest; with the scheduler, or at its end, it is
   * over.
   */
  private static final String LATE =
      """
      SELECT DISTINCT ON (c.model_id, c.model_version)
             c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.state, c.reason,
             c.attempt, s.within_seconds, c.issued_at AS at
      FROM retrain_commands AS c
      JOIN v_retrain_sla AS s ON s.command_id = c.command_id
      WHERE c.ended_at IS NULL AND c.accepted_at IS NULL AND s.missed
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = c.model_id AND m.state = 'RETIRED')
      ORDER BY c.model_id, c.model_version, c.issued_at, c.command_id
      """;

  private static final String ESCALATED =
      """
      SELECT DISTINCT ON (c.model_id, c.model_version)
             c.command_id, c.model_id, c.model_version, c.team, c.tier, c.action, c.state, c.reason,
             c.attempt, c.escalations, c.severity, c.received_at AS at
      FROM retrain_commands AS c
      WHERE c.state = 'AWAITING_APPROVAL' AND c.escalations > 0
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = c.model_id AND m.state = 'RETIRED')
      ORDER BY c.model_id, c.model_version, c.received_at, c.command_id
      """;

  /**
   * Of today, and by the newest document; what is told stays told until the pair says something
   * else, so that a job that stands, or a document that was changed, ends nothing.
   */
  private static final String UNFIT_BASELINES =
      """
      SELECT b.space_id, b.version_before, b.version_after, b.usages, b.reasons, b.team, b.tier,
             b.document_revision, b.as_of
      FROM v_unfit_baselines AS b
      WHERE (b.up_to_date AND b.current_document
             OR EXISTS (SELECT FROM alerts AS o
                        WHERE o.rule = 'BASELINE_UNFIT' AND o.resolved_at IS NULL
                            AND o.model_id = b.space_id AND o.model_version = b.version_after))
          AND NOT EXISTS (SELECT FROM models AS m
                          WHERE m.model_id = b.space_id AND m.state = 'RETIRED')
      ORDER BY b.space_id, b.computed_at DESC
      """;

  /** The way to the scheduler, as this instance knows it. */
  interface Dispatch {
    /** Whether this instance dispatches: only then does it know. */
    boolean isDispatching();

    /** Since when the scheduler does not answer as it should; null when it does. */
    @Nullable Instant schedulerAwaySince();

    /** Why that is so, as far as that is known; null when it does. */
    @Nullable String schedulerAwayBecause();

    /** Commands that cannot be asked for from here; null while that is not known. */
    @Nullable Set<UUID> unasked();
  }

  private final Database database;
  private final AlertStore store;
  private final @Nullable Dispatch dispatch;
  private final Duration grace;
  private final Clock clock;
  private final LongSupplier nanos;
  private long calmSinceNanos;
  private boolean calm;

  /**
   * @param dispatch null when commands go nowhere
   */
  LedgerWatch(
      Database database,
      AlertStore store,
      @Nullable Dispatch dispatch,
      Duration grace,
      Clock clock,
      LongSupplier nanos) {
    this.database = database;
    this.store = store;
    this.dispatch = dispatch;
    this.grace = grace;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Looks once. */
  List<Fate> look() {
    Boolean away = isSchedulerAway();
    Instant since = dispatch == null ? null : dispatch.schedulerAwaySince();
    String because = dispatch == null ? null : dispatch.schedulerAwayBecause();
    // An instance that does not dispatch does not know it, and ends no alert of one that does.
    @Nullable Set<UUID> unasked = dispatch == null ? null : dispatch.unasked();
    List<String> nobodyAsks =
        unasked == null ? List.of() : unasked.stream().map(UUID::toString).toList();
    return database.write(
        sql -> {
          List<Fate> fates = new ArrayList<>();
          store.endOfRetired(sql);
          settle(sql, Rule.RETRAIN_FAILED, FAILED, fates);
          settle(sql, Rule.COMMAND_UNANSWERED, UNANSWERED, fates);
          List<ObjectNode> unclear =
              sql.rows(UNCLEAR, nobodyAsks, nobodyAsks, nobodyAsks, unasked != null);
          settle(sql, Rule.COMMAND_UNCLEAR, fates, unclear);
          settle(sql, Rule.SLA_MISSED, LATE, fates);
          settle(sql, Rule.APPROVAL_ESCALATED, ESCALATED, fates);
          baselines(sql, fates);
          if (away != null) {
            schedulerIs(sql, away, since, because, fates);
          }
          return fates;
        });
  }

  /** Opens what is wrong and no alert yet, and ends the alerts of what is wrong no more. */
  private void settle(Sql sql, Rule rule, String question, List<Fate> fates) throws SQLException {
    settle(sql, rule, fates, sql.rows(question));
  }

  private void settle(Sql sql, Rule rule, List<Fate> fates, List<ObjectNode> wrong)
      throws SQLException {
    List<Finding> findings = wrong.stream().map(row -> finding(rule, row)).toList();
    settle(sql, rule, fates, findings, "the ledger says so no more");
  }

  private void settle(Sql sql, Rule rule, List<Fate> fates, List<Finding> findings, String whyOver)
      throws SQLException {
    List<UUID> over = new ArrayList<>(store.open(sql, rule));
    for (Finding finding : findings) {
      if (!over.remove(finding.id())) {
        fates.add(store.begin(sql, finding));
      }
    }
    for (UUID id : over) {
      store.end(sql, id, whyOver);
    }
  }

  /** Of a space the pair counts that was told last; one alert is of it and its newer version. */
  private void baselines(Sql sql, List<Fate> fates) throws SQLException {
    Map<String, Finding> findings = new LinkedHashMap<>();
    for (ObjectNode row : sql.rows(UNFIT_BASELINES)) {
      findings.putIfAbsent(row.path("space_id").asText(), unfit(row));
    }
    settle(
        sql,
        Rule.BASELINE_UNFIT,
        fates,
        List.copyOf(findings.values()),
        "the baseline pair passes, or is none any more");
  }

  private static Finding unfit(ObjectNode row) {
    String space = row.path("space_id").asText();
    String before = row.path("version_before").asText();
    String after = row.path("version_after").asText();
    ObjectNode details = row.deepCopy();
    details.remove(List.of("space_id", "team", "tier"));
    details.put("usages", words(row.path("usages")));
    details.put("reasons", words(row.path("reasons")));
    return new Finding(
        Rule.BASELINE_UNFIT,
        space,
        after,
        before + " " + after,
        row.path("team").asText(null),
        row.path("tier").asInt(),
        "The baseline pair of embedding space %s, %s and %s, does not pass itself for %s (%s): no new version will"
            .formatted(
                space,
                before,
                after,
                details.path("usages").asText(),
                details.path("reasons").asText()),
        details);
  }

  private static String words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asText()));
    return String.join(", ", words);
  }

  private static Finding finding(Rule rule, ObjectNode row) {
    String modelId = row.path("model_id").asText();
    String version = row.path("model_version").asText();
    String what = row.path("action").asText() + " of " + modelId + " " + version;
    String reason = row.path("reason").asText("");
    String since = " since " + row.path("at").asText();
    String summary =
        switch (rule) {
          case RETRAIN_FAILED ->
              what
                  + (row.path("state").asText().equals("FAILED")
                      ? " has failed"
                      : " has timed out");
          case COMMAND_UNANSWERED -> what + " is not in the ledger, though it was sent" + since;
          case COMMAND_UNCLEAR -> unclear(what, row) + since;
          case SLA_MISSED ->
              "%s is not with the scheduler within %d hours%s"
                  .formatted(what, row.path("within_seconds").asLong() / 3600, since);
          default -> what + " waits for a person" + since;
        };
    ObjectNode details = row.deepCopy();
    details.remove(List.of("model_id", "model_version", "team", "tier"));
    return new Finding(
        rule,
        modelId,
        version,
        row.path("command_id").asText(),
        row.path("team").asText(null),
        row.path("tier").asInt(),
        reason.isEmpty() ? summary : summary + ": " + reason,
        details);
  }

  private static String unclear(String what, ObjectNode row) {
    String scheduler = row.path("scheduler").asText("the scheduler");
    String state = row.path("state").asText();
    return state.equals("UNKNOWN") || state.equals("SUBMITTED")
        ? what + " may have been begun by " + scheduler + ", or not"
        : what + " is with " + scheduler + " where nobody can be asked for it from here";
  }

  /** Null while nobody knows: another instance dispatches, or this one has not for long. */
  private @Nullable Boolean isSchedulerAway() {
    if (dispatch == null || !dispatch.isDispatching()) {
      calm = false;
      return null;
    }
    Instant since = dispatch.schedulerAwaySince();
    if (since != null) {
      calm = false;
      return since.plus(grace).isAfter(clock.instant()) ? null : true;
    }
    long now = nanos.getAsLong();
    if (!calm) {
      calm = true;
      calmSinceNanos = now;
    }
    return now - calmSinceNanos < grace.toNanos() ? null : false;
  }

  private void schedulerIs(
      Sql sql, boolean away, @Nullable Instant since, @Nullable String because, List<Fate> fates)
      throws SQLException {
    List<UUID> open = store.open(sql, Rule.SCHEDULER_DOWN);
    if (!away) {
      for (UUID id : open) {
        store.end(sql, id, "the scheduler answers as it should, or nothing waits for it");
      }
    } else if (open.isEmpty() && since != null) {
      String what = "The scheduler does not answer as it should since " + since + ": commands wait";
      ObjectNode details = JsonNodeFactory.instance.objectNode().put("since", since.toString());
      if (because != null) {
        details.put("reason", Move.printable(because));
      }
      fates.add(
          store.begin(
              sql,
              new Finding(
                  Rule.SCHEDULER_DOWN,
                  null,
                  null,
                  Long.toString(since.toEpochMilli()),
                  null,
                  0,
                  because == null ? what : what + "; " + Move.printable(because),
                  details)));
    }
  }
}
