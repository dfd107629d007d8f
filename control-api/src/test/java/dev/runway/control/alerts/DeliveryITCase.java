package dev.runway.control.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.RunningApi;
import dev.runway.control.alerts.AlertReceiver.Fault;
import dev.runway.control.alerts.AlertReceiver.Told;
import dev.runway.control.database.Database;
import dev.runway.control.metrics.Metrics;
import dev.runway.control.options.AlertOptions;
import dev.runway.control.options.ControlOptions;
import dev.runway.model.ModelState;
import dev.runway.model.Staleness;
import dev.runway.model.Topic;
import dev.runway.testkit.PostgresDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From what is wrong to what a target has heard, whoever dies in between. */
class DeliveryITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  /** Ends a courier as a power cut would: nothing catches it. */
  private static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final AlertReceiver receiver = new AlertReceiver();
  private final List<Database> databases = new ArrayList<>();
  private Database database;

  @TempDir Path folder;

  @BeforeEach
  void open() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.alerts, runway.alert_marks, runway.alert_deliveries, runway.controls,
            runway.models CASCADE
        """);
    database = database();
  }

  @AfterEach
  void close() {
    databases.forEach(Database::close);
    receiver.close();
    assertThat(receiver.wrong()).isEmpty();
  }

  private Database database() {
    Database made = new Database(options().postgres());
    databases.add(made);
    return made;
  }

  private ControlOptions options(String... targets) {
    return new RunningApi(POSTGRES, "127.0.0.1:1", receiver.settings(folder, targets)).options();
  }

  private Courier courier(String name, Database over, Runnable told) {
    AlertOptions options = options(name).alerts();
    AlertTarget target = Alerts.targets(options).get(0);
    return new Courier(
        target,
        new DeliveryStore(over, name, target.forgets(), Duration.ofMinutes(30)),
        new AlertCounters(new Metrics(), List.of(name)),
        told);
  }

  private Courier courier(String name) {
    return courier(name, database, () -> {});
  }

  /** Takes a state as an instance would that tells all four. */
  private List<Fate> take(Staleness reading) {
    AlertStore store = new AlertStore(List.of("alertmanager", "pagerduty", "slack", "webhook"));
    return database.write(
        sql ->
            store.isNews(
                    sql,
                    Topic.STALENESS,
                    reading.modelId(),
                    reading.modelVersion(),
                    reading.revision(),
                    reading.windowEndMillis())
                ? store.apply(
                    sql,
                    reading.modelId(),
                    reading.modelVersion(),
                    Verdict.of(reading),
                    "the version is " + reading.state())
                : List.of());
  }

  private static void drain(Courier courier) {
    while (courier.round()) {
      // Until nothing is due.
    }
  }

  /** As if all that somebody has set out to tell, or that is left alone, were long ago. */
  private static void passTime() throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alert_deliveries SET next_try_at = '1970-01-01T00:00:00Z',"
            + " sent_at = sent_at - interval '1 hour'");
  }

  private static List<Boolean> heard(List<Told> told) {
    return told.stream().map(Told::open).toList();
  }

  @Test
  void episode_isToldOnce_andThatItIsOverOnce() {
    Courier pagerDuty = courier("pagerduty");
    assertThat(take(Events.state("m", ModelState.STALE, 1, "e-1"))).containsExactly(Fate.OPENED);
    drain(pagerDuty);
    assertThat(take(Events.state("m", ModelState.STALE, 2, "e-1"))).containsExactly(Fate.SAME);
    assertThat(take(Events.state("m", ModelState.RETRAINING, 3, "e-1"))).isEmpty();
    drain(pagerDuty);
    assertThat(take(Events.state("m", ModelState.HEALTHY, 4, null))).isEmpty();
    drain(pagerDuty);
    drain(pagerDuty);

    assertThat(heard(receiver.told("pagerduty"))).containsExactly(true, false);
    assertThat(receiver.open("pagerduty")).isEmpty();
  }

  @Test
  void olderRevision_changesNothing_inWhateverOrderTheyCome() {
    take(Events.state("m", ModelState.HEALTHY, 5, null));
    assertThat(take(Events.state("m", ModelState.STALE, 4, "e-1"))).isEmpty();
    assertThat(take(Events.state("m", ModelState.STALE, 5, "e-1"))).isEmpty();
    take(Events.state("n", ModelState.STALE, 7, "e-1"));
    take(Events.state("n", ModelState.HEALTHY, 6, null));
    Courier webhook = courier("webhook");
    drain(webhook);

    assertThat(receiver.told("webhook"))
        .extracting(told -> told.body().path("model_id").asText())
        .containsExactly("n");
    assertThat(receiver.open("webhook")).hasSize(1);
  }

  @Test
  void nextEpisode_isAnotherAlert_andTheSameOneThatComesBackIsNot() {
    Courier webhook = courier("webhook");
    take(Events.state("m", ModelState.STALE, 1, "e-1"));
    drain(webhook);
    take(Events.state("m", ModelState.STALE, 2, "e-2"));
    drain(webhook);
    assertThat(receiver.open("webhook")).hasSize(1);
    take(Events.state("m", ModelState.AT_RISK, 3, null));
    drain(webhook);
    assertThat(receiver.open("webhook")).isEmpty();

    take(Events.state("m", ModelState.STALE, 4, "e-2"));
    drain(webhook);

    List<Told> told = receiver.told("webhook");
    Told last = told.get(told.size() - 1);
    assertThat(last.body().path("revision").asInt()).isEqualTo(3);
    assertThat(receiver.open("webhook")).containsExactly(last.id());
    assertThat(told.stream().map(Told::id).distinct()).hasSize(2);
  }

  @Test
  void deathBetweenTellingAndWritingItDown_tellsTheSameAgain() throws Exception {
    take(Events.state("m", ModelState.STALE, 1, "e-1"));
    Courier dying =
        courier(
            "pagerduty",
            database,
            () -> {
              throw new PowerCut();
            });
    assertThatThrownBy(dying::round).isInstanceOf(PowerCut.class);

    Courier next = courier("pagerduty", database(), () -> {});
    drain(next);
    assertThat(receiver.told("pagerduty")).as("it is still the dead one's").hasSize(1);
    passTime();
    drain(next);

    List<Told> told = receiver.told("pagerduty");
    assertThat(heard(told)).containsExactly(true, true);
    assertThat(told.get(1).id()).isEqualTo(told.get(0).id());
    passTime();
    drain(next);
    assertThat(receiver.told("pagerduty")).hasSize(2);
  }

  @Test
  void whoWasPausedWhileHeTold_makesTheNewestBeToldAgain() throws Exception {
    take(Events.state("m", ModelState.STALE, 1, "e-1"));
    Courier other = courier("pagerduty", database(), () -> {});
    Courier paused =
        courier(
            "pagerduty",
            database,
            () -> {
              // Its claim ends, the alert is over, and another instance says so. What the paused
              // one
              // has said may come to the target after that.
              try {
                passTime();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
              take(Events.state("m", ModelState.HEALTHY, 2, null));
              drain(other);
            });
    paused.round();
    passTime();
    drain(other);

    assertThat(heard(receiver.told("pagerduty"))).containsExactly(true, false, false);
    assertThat(receiver.open("pagerduty")).isEmpty();
  }

  @Test
  void twoInstances_tellEachAlertOnce() throws Exception {
    for (int i = 0; i < 60; i++) {
      take(Events.state("m" + i, ModelState.STALE, 1, "e-1"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> instances = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Courier courier = courier("slack", database(), () -> {});
        instances.add(
            () -> {
              drain(courier);
              return true;
            });
      }
      for (Future<Boolean> instance : threads.invokeAll(instances)) {
        instance.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(receiver.told("slack")).hasSize(60).extracting(Told::id).doesNotHaveDuplicates();
  }

  @Test
  void twoInstancesThatFindTheSame_openOneAlert() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Fate> fates = new ArrayList<>();
    try {
      List<Callable<List<Fate>>> finders = new ArrayList<>();
      AlertStore store = new AlertStore(List.of("slack"));
      Finding finding = Verdict.of(Events.state("m", ModelState.STALE, 1, "e-1")).found().get(0);
      for (int i = 0; i < 16; i++) {
        finders.add(() -> database.write(sql -> List.of(store.begin(sql, finding))));
      }
      for (Future<List<Fate>> finder : threads.invokeAll(finders)) {
        fates.addAll(finder.get());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(fates).containsOnlyOnce(Fate.OPENED).hasSize(16);
    drain(courier("slack"));
    assertThat(receiver.told("slack")).hasSize(1);
  }

  @Test
  void targetThatIsAway_isAskedOnce_andHearsEverythingWhenItIsBack() throws Exception {
    receiver.go("pagerduty", Fault.AWAY);
    for (int i = 0; i < 20; i++) {
      take(Events.state("m" + i, ModelState.STALE, 1, "e-1"));
    }
    Courier pagerDuty = courier("pagerduty");
    Courier slack = courier("slack");
    drain(pagerDuty);
    drain(pagerDuty);
    drain(slack);
    assertThat(receiver.asked("pagerduty")).isEqualTo(1);
    assertThat(receiver.told("slack")).hasSize(20);
    assertThat(one("SELECT count(*) FROM runway.alert_deliveries WHERE trouble LIKE 'HTTP 503%'"))
        .isEqualTo("1");

    receiver.go("pagerduty", null);
    take(Events.state("m0", ModelState.HEALTHY, 2, null));
    passTime();
    drain(courier("pagerduty"));
    assertThat(receiver.open("pagerduty")).hasSize(19);
    assertThat(one("SELECT count(*) FROM runway.alert_deliveries WHERE trouble IS NOT NULL"))
        .isEqualTo("0");
  }

  @Test
  void alertThatATargetDoesNotWant_holdsUpNoOther() throws Exception {
    take(Events.state("m0", ModelState.STALE, 1, "e-1"));
    receiver.go("webhook", Fault.REFUSES);
    Courier webhook = courier("webhook");
    drain(webhook);
    receiver.go("webhook", null);
    take(Events.state("m1", ModelState.STALE, 1, "e-1"));
    drain(webhook);

    assertThat(receiver.told("webhook")).hasSize(1);
    assertThat(one("SELECT count(*) FROM runway.v_alerts WHERE 'webhook' = ANY (untold)"))
        .isEqualTo("1");
    passTime();
    drain(webhook);
    assertThat(receiver.open("webhook")).hasSize(2);
  }

  @Test
  void alertmanager_isToldAgainAndAgain_allAtOnce_andOfTheEndForAWhile() throws Exception {
    for (int i = 0; i < 5; i++) {
      take(Events.state("m" + i, ModelState.STALE, 1, "e-1"));
    }
    Courier alertmanager = courier("alertmanager");
    drain(alertmanager);
    assertThat(receiver.asked("alertmanager")).isEqualTo(1);
    assertThat(receiver.told("alertmanager")).hasSize(5);
    passTime();
    drain(alertmanager);
    assertThat(receiver.asked("alertmanager")).isEqualTo(2);
    assertThat(receiver.open("alertmanager")).hasSize(5);

    take(Events.state("m0", ModelState.HEALTHY, 2, null));
    drain(alertmanager);
    assertThat(receiver.open("alertmanager")).hasSize(4);
    int heard = receiver.told("alertmanager").size();
    passTime();
    drain(alertmanager);
    assertThat(receiver.told("alertmanager")).hasSize(heard + 5);
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET opened_at = opened_at - interval '6 minutes',"
            + " resolved_at = resolved_at - interval '6 minutes'");
    passTime();
    drain(alertmanager);
    assertThat(receiver.told("alertmanager")).as("not of the one that is over").hasSize(heard + 9);

    // The next episode has the same labels: nobody may say now that the last one is over.
    take(Events.state("m1", ModelState.STALE, 2, "e-2"));
    passTime();
    drain(alertmanager);
    assertThat(receiver.open("alertmanager")).hasSize(4);
  }

  @Test
  void mutedModel_isToldOfWhenThatEnds_ifItIsStillWrong() throws Exception {
    model("m");
    mute("m", "MUTE", "now() + interval '1 hour'");
    assertThat(take(Events.state("m", ModelState.STALE, 1, "e-1"))).containsExactly(Fate.MUTED);
    Courier pagerDuty = courier("pagerduty");
    Courier slack = courier("slack");
    drain(pagerDuty);
    assertThat(receiver.asked("pagerduty")).isZero();

    mute("m", "MUTE", "now() - interval '1 second'");
    drain(pagerDuty);
    assertThat(receiver.open("pagerduty")).hasSize(1);

    // Of what it has heard it hears the end, muted or not; of what it has not, nothing.
    mute("m", "MUTE", "NULL");
    take(Events.state("m", ModelState.HEALTHY, 2, null));
    drain(pagerDuty);
    drain(slack);
    assertThat(receiver.open("pagerduty")).isEmpty();
    mute("m", "UNMUTE", "NULL");
    drain(slack);
    assertThat(receiver.told("slack")).isEmpty();
  }

  @Test
  void snooze_endsWithAnotherClassOrState_andDoesNotComeBack() throws Exception {
    model("m");
    snooze("m", "HIGH", "STALE");
    judged("m", 1, "STALE", 0.89);
    assertThat(take(Events.state("m", ModelState.STALE, 1, "e-1"))).containsExactly(Fate.MUTED);
    Courier slack = courier("slack");
    drain(slack);
    assertThat(receiver.asked("slack")).isZero();

    judged("m", 2, "STALE", 0.9);
    judged("m", 3, "STALE", 0.89);
    drain(slack);
    assertThat(receiver.open("slack")).hasSize(1);

    model("n");
    snooze("n", "LOW", "NO_DATA");
    judged("n", 1, "NO_DATA", 0.2);
    judged("n", 2, "RETRAINING", 0.2);
    assertThat(take(Events.state("n", ModelState.STALE, 1, "e-1"))).containsExactly(Fate.OPENED);
  }

  @Test
  void whatWasOverAtOnce_isNotTold_unlessSomebodyMayHaveHeardOfIt() throws Exception {
    take(Events.state("m", ModelState.SUSPENDED, 1, null));
    take(Events.state("m", ModelState.HEALTHY, 2, null));
    take(Events.state("long", ModelState.SUSPENDED, 1, null));
    take(Events.state("long", ModelState.HEALTHY, 2, null));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET opened_at = opened_at - interval '2 minutes'"
            + " WHERE model_id = 'long'");
    Courier webhook = courier("webhook");
    drain(webhook);
    assertThat(receiver.told("webhook"))
        .extracting(told -> told.body().path("model_id").asText())
        .containsExactly("long");

    receiver.go("webhook", Fault.AWAY);
    take(Events.state("n", ModelState.SUSPENDED, 1, null));
    drain(webhook);
    take(Events.state("n", ModelState.HEALTHY, 2, null));
    receiver.go("webhook", null);
    passTime();
    drain(courier("webhook"));
    assertThat(heard(receiver.told("webhook"))).containsExactly(false, false);
  }

  @Test
  void mute_keepsWhatAlertmanagerKnows() throws Exception {
    model("m");
    take(Events.state("m", ModelState.STALE, 1, "e-1"));
    Courier alertmanager = courier("alertmanager");
    drain(alertmanager);
    mute("m", "MUTE", "NULL");
    passTime();
    drain(alertmanager);

    assertThat(heard(receiver.told("alertmanager"))).containsExactly(true, true);
  }

  @Test
  void oldAlerts_areDropped_andOpenOnesAreNot() throws Exception {
    take(Events.state("m", ModelState.STALE, 1, "e-1"));
    take(Events.state("n", ModelState.STALE, 1, "e-1"));
    take(Events.state("m", ModelState.HEALTHY, 2, null));
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.alerts SET opened_at = opened_at - interval '91 days',"
            + " resolved_at = resolved_at - interval '91 days'");

    assertThat(one("SELECT runway.drop_old_alerts()")).isEqualTo("1");
    assertThat(one("SELECT string_agg(model_id, '') FROM runway.alerts")).isEqualTo("n");
  }

  private static void model(String id) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                   strict_versions, judging, message)
        VALUES ('%s', 1, 'ACTIVE', 'ada', 'ranking', 2, '{}', false, '{}', '')
        """
            .formatted(id));
  }

  private static void mute(String model, String action, String until) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     expires_at, message)
        VALUES ('%1$s', '%1$s', 'MUTE', '%2$s', 1, 'ada', now(), %3$s, '')
        ON CONFLICT (record_key) DO UPDATE
        SET action = excluded.action, expires_at = excluded.expires_at
        """
            .formatted(model, action, until));
  }

  private static void snooze(String model, String severityClass, String state) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.controls (record_key, model_id, kind, action, revision, said_by, said_at,
                                     expires_at, severity_class, state, message)
        VALUES ('%1$s', '%1$s', 'MUTE', 'SNOOZE', 1, 'ada', now(), now() + interval '1 hour',
                '%2$s', '%3$s', '')
        """
            .formatted(model, severityClass, state));
  }

  private static void judged(String model, int revision, String state, double score)
      throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.staleness (model_id, model_version, revision, state, previous_state,
                                      since_at, score, coverage, signals, window_end_at, tier,
                                      judged_at, computed_at)
        VALUES ('%s', '1', %d, '%s', 'STALE', now(), %s, 1, '{}', now(), 2,
                now() + interval '1 minute', now())
        """
            .formatted(model, revision, state, score));
  }

  private static String one(String sql) throws SQLException {
    return POSTGRES.query(PostgresDatabase.SUPERUSER, sql).get(0).get(0);
  }
}
