package dev.runway.bench.control;

import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Database;
import dev.runway.model.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * From a reading of drift through retrain-trigger and the ledger to the scheduler: once while that
 * takes what it is given, once while it is away in the middle. Both in one run, the second behind
 * the first.
 *
 * <p>Readings come one by one over some minutes, each of another model, as from a monitor that is
 * late: their windows were judged without them. So they come at any second of a minute, and about
 * as many commands leave with each minute.
 *
 * <p>Where more than a tenth of a fleet becomes stale within an hour that is a storm, and no
 * command leaves before a person has looked. So there are 25 models for each that drifts in one of
 * both cases: 8 % of the fleet in all, and no rule is another one than usual.
 */
final class Commands {
  private static final int MODELS_FOR_EACH = 25;

  /** In which all readings that have drifted come. */
  private static final Duration SPREAD = Duration.ofMinutes(2);

  private static final Duration AWAY = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  /** A reading is judged within that, be it the first one of its model. */
  private static final Duration SETTLES = Duration.ofMinutes(2);

  private static final String HEALTHY =
      "SELECT count(*) FROM runway.v_staleness_latest WHERE state = 'HEALTHY'";
  private static final String SUCCEEDED =
      "SELECT count(*) FROM runway.retrain_commands WHERE state = 'SUCCEEDED'";
  private static final String MODEL =
      "SELECT model_id FROM runway.retrain_commands WHERE command_id = '%s'";

  /** For who has waited in vain. */
  private static final String ALL_THERE_IS =
      """
      SELECT 'models that are', state, count(*) FROM runway.v_staleness_latest GROUP BY state
      UNION ALL
      SELECT 'commands that are', concat_ws(' ', state, reason), count(*)
      FROM runway.retrain_commands GROUP BY 2
      UNION ALL
      SELECT 'commands held by', hold, count(*) FROM runway.retrain_decisions
      WHERE hold IS NOT NULL GROUP BY hold
      """;

  private final Broker broker;
  private final Database database;
  private final Api api;
  private final Scheduler scheduler;
  private final boolean quick;

  Commands(Broker broker, Database database, Api api, Scheduler scheduler, boolean quick) {
    this.broker = broker;
    this.database = database;
    this.api = api;
    this.scheduler = scheduler;
    this.quick = quick;
  }

  /**
   * Some of the models.
   *
   * @param of the case that is about them
   * @param prefix of their names
   * @param hasOutage whether the scheduler is away in the middle
   */
  private record Part(String of, String prefix, int count, boolean hasOutage) {
    List<String> models() {
      return IntStream.range(0, count).mapToObj(number -> prefix + number).toList();
    }
  }

  /** Measures both cases. */
  List<Finding> run(Path folder) throws Exception {
    int each = quick ? 20 : 200;
    int all = each * MODELS_FOR_EACH;
    String size = ", %,d of %,d models".formatted(each, all);
    Part usual = new Part("commands" + size, "first-", each, false);
    Part down = new Part("commands_down" + size, "second-", each, true);
    Part idle = new Part("none", "idle-", all - 2 * each, false);
    for (Part part : List.of(usual, down, idle)) {
      DriftingFleet.register(database, part.prefix(), part.count());
    }
    api.send("POST", "/v1/topics/models/rebuild", "");
    await("models on their topic", all, () -> broker.records(Topic.MODELS.in(Api.NAMESPACE), 1));
    DriftingFleet.retrain(
        api, Stream.of(usual, down).flatMap(part -> part.models().stream()).toList());
    scheduler.whenARunEnds(this::registerVersion);
    try (Minutes minutes = quick ? Minutes.quick(broker) : Minutes.ofTheClock();
        Jobs jobs = Jobs.start(folder, broker, database, minutes.options());
        DriftingFleet fleet = new DriftingFleet(broker)) {
      awaitNoNewWindow(minutes);
      for (Part part : List.of(usual, down, idle)) {
        fleet.sayQuiet(part.models(), minutes.nowMillis());
      }
      await("models that are healthy", all, () -> database.number(HEALTHY));
      // Commands leave minutes after their readings: all of the first ones before it goes away.
      scheduler.goAwayAt(each + each / 2, minutes.lasting(AWAY));
      Map<String, Long> readings = new HashMap<>(sayDrifted(usual, fleet, minutes));
      TimeUnit.MILLISECONDS.sleep(minutes.lasting(Duration.ofMinutes(1)).toMillis());
      readings.putAll(sayDrifted(down, fleet, minutes));
      await("commands that have succeeded", 2 * each, () -> database.number(SUCCEEDED));
      List<Finding> found = new ArrayList<>(findings(usual, readings, minutes));
      found.addAll(findings(down, readings, minutes));
      jobs.requireRunning();
      return found;
    }
  }

  /** What is said now is to count for the newest window, and not for the one before it. */
  private static void awaitNoNewWindow(Minutes minutes) throws InterruptedException {
    while (DriftingFleet.newestJudged(minutes.nowMillis() + SETTLES.toMillis())
        != DriftingFleet.newestJudged(minutes.nowMillis())) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private List<Finding> findings(Part part, Map<String, Long> readings, Minutes minutes)
      throws Exception {
    CommandTrail trail = CommandTrail.read(broker, database, part.prefix(), minutes);
    List<CommandTimes> times = trail.times(readings);
    List<String> due = trail.inOrder();
    if (due.size() != part.count()) {
      throw new IllegalStateException(due.size() + " commands of " + part.count() + " models");
    }
    List<String> starts = scheduler.starts().stream().filter(due::contains).toList();
    Map<String, Double> told = new LinkedHashMap<>();
    told.put("commands", (double) due.size());
    told.put("starts", (double) starts.size());
    told.put("out_of_order", (double) CommandTimes.outOfOrder(due, starts));
    told.put("waited_for_a_place", (double) trail.queued());
    double away = part.hasOutage() ? (scheduler.backMillis() - scheduler.awayMillis()) / 1e3 : 0;
    List<Finding> found = new ArrayList<>(CommandTimes.findings(part.of(), times, away));
    found.add(
        new Finding(part.of(), "what the scheduler was told", told, Map.of("out_of_order", 0.0)));
    if (part.hasOutage()) {
      found.add(outage(part, times));
    }
    return found;
  }

  private Finding outage(Part part, List<CommandTimes> times) {
    long back = scheduler.backMillis();
    List<CommandTimes> waited = times.stream().filter(each -> each.waitedFor(back)).toList();
    long last = waited.stream().mapToLong(CommandTimes::acceptedMillis).max().orElse(back);
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("away_s", (back - scheduler.awayMillis()) / 1e3);
    figures.put("starts_refused", (double) scheduler.refused());
    figures.put("starts_asked_for_again", (double) scheduler.askedAgain());
    figures.put("commands_that_waited", (double) waited.size());
    figures.put("from_its_return_until_it_had_them_s", (last - back) / 1e3);
    return new Finding(part.of(), "while the scheduler was away", figures);
  }

  /** By model, when its reading was appended. */
  private static Map<String, Long> sayDrifted(Part part, DriftingFleet fleet, Minutes minutes)
      throws Exception {
    Map<String, Long> appended = new HashMap<>();
    long pause = minutes.lasting(SPREAD).toNanos() / part.count();
    long due = System.nanoTime();
    for (String model : part.models()) {
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
      appended.put(model, fleet.sayDrifted(model, minutes.nowMillis()));
      due += pause;
    }
    return appended;
  }

  /** What a run has trained. */
  private void registerVersion(String commandId) throws IOException, InterruptedException {
    try {
      String model = database.rows(MODEL.formatted(commandId)).get(0).get(0);
      api.send(
          "POST",
          "/v1/models/" + model + "/versions",
          "{\"version\": \"2\", \"training_run\": \"" + commandId + "\"}");
    } catch (SQLException e) {
      throw new IOException("the model of " + commandId + " is not known", e);
    }
  }

  /** Counts something. */
  @FunctionalInterface
  private interface Count {
    long now() throws Exception;
  }

  private void await(String what, int count, Count counted) throws Exception {
    long begun = System.nanoTime();
    for (long now = counted.now(); now < count; now = counted.now()) {
      if (System.nanoTime() - begun > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%d of %d %s after %s; there are %s"
                .formatted(now, count, what, PATIENCE, database.rows(ALL_THERE_IS)));
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }
}
