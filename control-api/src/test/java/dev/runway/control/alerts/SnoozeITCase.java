package dev.runway.control.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.testkit.PostgresDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a later row of staleness says of a snooze. */
class SnoozeITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Test
  void snooze_endsWhenTheVersionThatItIsAboutIsSomethingElse_alsoSomethingBetter()
      throws Exception {
    judged("better", "1", 1, "STALE", 0.8, "-1 minute");
    snooze("better", "HIGH", null);
    assertThat(isMuted("better")).isTrue();

    judged("better", "1", 2, "AT_RISK", 0.6, "1 minute");
    assertThat(isMuted("better")).isFalse();
    judged("better", "1", 3, "STALE", 0.8, "2 minutes");
    assertThat(isMuted("better")).as("what comes back is news").isFalse();
  }

  @Test
  void snooze_isNotEndedByAnotherVersion_unlessThatIsWorse() throws Exception {
    judged("canary", "1", 1, "STALE", 0.8, "-1 minute");
    judged("canary", "2", 1, "HEALTHY", 0.1, "-1 minute");
    snooze("canary", "HIGH", "STALE");

    judged("canary", "2", 2, "HEALTHY", 0.1, "1 minute");
    judged("canary", "2", 3, "AT_RISK", 0.6, "2 minutes");
    judged("canary", "3", 1, "WARMING", null, "2 minutes");
    judged("canary", "1", 2, "STALE", 0.8, "2 minutes");
    assertThat(isMuted("canary")).isTrue();

    judged("canary", "2", 4, "STALE", 0.95, "3 minutes");
    assertThat(isMuted("canary")).isFalse();
  }

  @Test
  void windowWithoutAScore_endsNoSnooze_unlessAStateIsNamedAndItIsAnother() throws Exception {
    judged("late", "1", 1, "STALE", 0.8, "-1 minute");
    judged("named", "1", 1, "STALE", 0.8, "-1 minute");
    snooze("late", "HIGH", null);
    snooze("named", "HIGH", "STALE");
    judged("late", "1", 2, "SUSPENDED", null, "1 minute");
    judged("named", "1", 2, "SUSPENDED", null, "1 minute");

    assertThat(isMuted("late")).isTrue();
    assertThat(isMuted("named")).isFalse();

    judged("late", "1", 3, "HEALTHY", 0.2, "2 minutes");
    assertThat(isMuted("late")).as("before that window it was HIGH").isFalse();
  }

  private static void snooze(String model, String severityClass, String state) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                   strict_versions, judging, message)
        VALUES ('%1$s', 1, 'ACTIVE', 'ada', 'ranking', 2, '{}', false, '{}', '');
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     expires_at, severity_class, state, message)
        VALUES ('%1$s', '%1$s', 'MUTE', 'SNOOZE', 1, 'ada', now(), now() + interval '1 hour',
                '%2$s', %3$s, '')
        """
            .formatted(model, severityClass, state == null ? "NULL" : "'" + state + "'"));
  }

  /**
   * A row of staleness.
   *
   * @param fromNow when it was judged
   */
  private static void judged(
      String model, String version, int revision, String state, Double score, String fromNow)
      throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state,
                                      since_at, suspension, score, coverage, signals, window_end_at,
                                      tier, judged_at, computed_at)
        VALUES ('%1$s', '%2$s', %3$d, '%4$s', 'STALE', now(),
                CASE '%4$s' WHEN 'SUSPENDED' THEN 'INPUT_LAG' END, %5$s, 1, '{}', now(), 2,
                now() + interval '%6$s', now())
        """
            .formatted(model, version, revision, state, score, fromNow));
  }

  private static boolean isMuted(String model) throws SQLException {
    String muted = "SELECT model_id FROM runway.v_muted_models WHERE model_id = '" + model + "'";
    return !POSTGRES.query(PostgresDatabase.SUPERUSER, muted).isEmpty();
  }
}
