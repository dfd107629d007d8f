package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * What one target has still to hear, and what it has heard. Times are the database's, so that
 * clocks of instances need not agree.
 *
 * <p>Whoever sets out to tell something takes it for a while: nobody else tells it meanwhile. If he
 * dies, that while ends, and it is told again.
 */
final class DeliveryStore {
  /** Longer than a request may take, twice over. */
  static final Duration CLAIM = Duration.ofMinutes(1);

  /**
   * What is due. Muted is what would be news of something wrong; that it is over is told to whoever
   * heard that it was there. Nobody is told that something was over a week ago. Whoever forgets is
   * told again, of what is over for five minutes.
   *
   * <p>A target that keeps alerts apart by rule and version alone is not told of one that is over
   * while the next one is open: it would take that for over.
   */
  private static final String CLAIM_DUE =
      """
      WITH due AS (
          SELECT d.alert_id
          FROM alert_deliveries AS d
          JOIN alerts AS a USING (alert_id)
          WHERE d.target = ? AND d.next_try_at <= clock_timestamp()
              AND (a.resolved_at IS NULL OR a.resolved_at > clock_timestamp() - interval '7 days')
              AND CASE
                  WHEN d.sent_revision < a.revision THEN
                      (a.resolved_at IS NOT NULL AND d.sent_revision > 0)
                      OR NOT EXISTS (SELECT FROM v_muted_models AS m WHERE m.model_id = a.model_id)
                  ELSE
                      ?::boolean
                      AND d.sent_at <= clock_timestamp() - ?::bigint * interval '1 millisecond'
                      AND (a.resolved_at IS NULL
                           OR a.resolved_at > clock_timestamp() - interval '5 minutes')
                  END
              AND NOT (?::boolean AND a.resolved_at IS NOT NULL
                       AND EXISTS (SELECT FROM alerts AS n
                                   WHERE n.rule = a.rule AND n.resolved_at IS NULL
                                       AND n.model_id IS NOT DISTINCT FROM a.model_id
                                       AND n.model_version IS NOT DISTINCT FROM a.model_version))
          ORDER BY d.next_try_at
          LIMIT ?
          FOR UPDATE OF d SKIP LOCKED)
      UPDATE alert_deliveries AS d
      SET claim = d.claim + 1, tries = d.tries + 1,
          next_try_at = clock_timestamp() + ?::bigint * interval '1 millisecond'
      FROM due
      JOIN alerts AS a USING (alert_id)
      WHERE d.alert_id = due.alert_id AND d.target = ?
      RETURNING d.claim, d.tries, d.sent_revision,
      """
          + Alert.COLUMNS;

  /** Whoever comes late says what the target heard last: if that was older, it is told anew. */
  private static final String HEARD =
      """
      UPDATE alert_deliveries
      SET sent_revision = CASE WHEN claim = ? THEN ? ELSE least(sent_revision, ?) END,
          sent_at = clock_timestamp(), tries = 0, trouble = NULL,
          next_try_at = CASE WHEN claim = ? THEN clock_timestamp() ELSE next_try_at END
      WHERE alert_id = ? AND target = ?
      """;

  private static final String NOT_HEARD =
      """
      UPDATE alert_deliveries
      SET trouble = ?, next_try_at = clock_timestamp() + ?::bigint * interval '1 millisecond'
      WHERE alert_id = ? AND target = ? AND claim = ?
      """;

  /**
   * Nobody heard of it while its model was muted, so nobody need hear that it is over; nor of what
   * was over at once, as a window is that is judged late together with the next one. Somebody who
   * was asked to take it may have heard of it all the same.
   */
  private static final String HUSH =
      """
      UPDATE alert_deliveries AS d
      SET sent_revision = a.revision
      FROM alerts AS a
      WHERE a.alert_id = d.alert_id AND d.target = ? AND d.sent_revision = 0
          AND a.resolved_at > clock_timestamp() - interval '7 days'
          AND (d.claim = 0 AND a.resolved_at < a.opened_at + interval '1 minute'
               OR EXISTS (SELECT FROM v_muted_models AS m WHERE m.model_id = a.model_id))
      """;

  private final Database database;
  private final String target;
  private final boolean forgets;
  private final Duration refresh;

  /**
   * @param forgets whether the target keeps alerts apart by rule and version alone, and takes one
   *     as over that it is not told of again and again
   * @param refresh how often it is told of one then
   */
  DeliveryStore(Database database, String target, boolean forgets, Duration refresh) {
    this.database = database;
    this.target = target;
    this.forgets = forgets;
    this.refresh = refresh;
  }

  /**
   * Something to tell.
   *
   * @param claim by which it is ours
   * @param tries this one included
   * @param sentRevision which the target heard last
   */
  record Due(Alert alert, long claim, int tries, long sentRevision) {

    /** Whether the target has not heard it before. */
    boolean isNews() {
      return sentRevision < alert.revision();
    }

    private static Due of(ObjectNode row) {
      return new Due(
          Alert.of(row),
          row.path("claim").asLong(),
          row.path("tries").asInt(),
          row.path("sent_revision").asLong());
    }
  }

  /** Takes what is to be told next, for a while. */
  List<Due> claim(int most) {
    return database
        .write(
            sql -> {
              sql.update(HUSH, target);
              return sql.rows(
                  CLAIM_DUE,
                  target,
                  forgets,
                  refresh.toMillis(),
                  forgets,
                  most,
                  CLAIM.toMillis(),
                  target);
            })
        .stream()
        .map(Due::of)
        .toList();
  }

  /** The target has heard these. */
  void heard(List<Due> told) {
    database.write(
        sql -> {
          for (Due due : told) {
            long revision = due.alert().revision();
            sql.update(
                HEARD, due.claim(), revision, revision, due.claim(), due.alert().id(), target);
          }
          return told.size();
        });
  }

  /** It has not, and is not told before that time is over. */
  void notHeard(List<Due> untold, String why, Duration wait) {
    database.write(
        sql -> {
          for (Due due : untold) {
            giveBack(sql, due, why, wait);
          }
          return untold.size();
        });
  }

  private void giveBack(Sql sql, Due due, String why, Duration wait) throws SQLException {
    sql.update(NOT_HEARD, why, wait.toMillis(), due.alert().id(), target, due.claim());
  }
}
