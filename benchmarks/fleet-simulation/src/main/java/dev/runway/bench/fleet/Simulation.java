package dev.runway.bench.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.cascade.Fleet;
import dev.runway.retraintrigger.cascade.FleetRules;
import dev.runway.retraintrigger.cascade.Graph;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.policy.PolicySet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A fleet over days, minute by minute: models that begin to drift, the code that decides, the real
 * ledger, persons and a scheduler. Of a tick only those models are judged that have a window due,
 * wait to be looked at again, or have heard of a command: nothing can come of the others.
 */
public final class Simulation {
  private static final long MINUTE = 60_000;
  private static final int DAY_MINUTES = 24 * 60;
  private static final int SETTLE_MINUTES = 10;

  /** So long after a release upstream those that use it try new versions: more to look at. */
  static final Duration TRIED = Duration.ofHours(5);

  private final Plan plan;
  private final LedgerDesk desk;
  private final SplittableRandom random;
  private final TriggerSettings settings = TriggerSettings.standard();
  private final PolicySet policies;
  private final Fleet fleet = new Fleet(FleetRules.standard());
  private final List<SimModel> models = new ArrayList<>();
  private final Map<String, SimModel> byId = new HashMap<>();
  private final Books books;
  private final Scheduler scheduler;
  private final Outcome outcome;
  private final Set<SimModel> heard = new HashSet<>();
  private List<RetrainStatus> news = List.of();

  public Simulation(Plan plan, LedgerDesk desk) {
    this.plan = plan;
    this.desk = desk;
    random = new SplittableRandom(plan.seed());
    long start = Plan.START.toEpochMilli();
    Graph graph = Graph.EMPTY;
    for (int i = 0; i < plan.models(); i++) {
      SimModel model = new SimModel(i, tier(i), start);
      models.add(model);
      byId.put(model.id, model);
      graph = graph.feeds("feature:f" + i % Math.max(1, plan.models() / 4), model.id);
      if (i > 0 && i % 2 == 0) {
        graph = graph.uses(model.id, "m000");
      }
    }
    fleet.take(graph);
    policies = policies(models);
    books = new Books(plan.cap(), plan.budget());
    scheduler = new Scheduler(desk, random.split());
    outcome = new Outcome(plan, books);
  }

  /** A tenth of tier 1, half of tier 2, three tenths of tier 3; the first one is tier 1. */
  private static int tier(int number) {
    int place = number % 10;
    return place == 0 ? 1 : place < 6 ? 2 : place < 9 ? 3 : 4;
  }

  /** What has to be in the database before: the models, and the cap. */
  public static List<String> rows(Plan plan) {
    List<String> rows = new ArrayList<>();
    rows.add("UPDATE runway.retrain_caps SET cap = " + plan.cap() + " WHERE scope = 'FLEET'");
    for (int i = 0; i < plan.models(); i++) {
      rows.add(
          """
          INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                     strict_versions, judging, message)
          VALUES ('m%1$03d', 1, 'ACTIVE', 'ada', 'team-%2$d', %3$d, '{}', false, '{}',
                  convert_to('{"model_id":"m%1$03d","revision":1,"tier":%3$d,"owner":"ada",'
                             '"task":"BINARY"}', 'UTF8'))
          """
              .formatted(i, i % 5, tier(i)));
    }
    return rows;
  }

  private static PolicySet policies(List<SimModel> models) {
    String ids =
        models.stream().map(model -> '"' + model.id + '"').collect(Collectors.joining(","));
    String document =
        """
        {"metadata": {"name": "drift", "team": "team-0"},
         "spec": {"models": [%s], "when": "signal.data_drift > 0.5", "for": {"windows": 2, "of": 3},
                  "action": {"retrain": {}}, "limits": {"cooldown": "PT24H"}}}
        """
            .formatted(ids);
    try {
      return PolicySet.UNREAD
          .whole()
          .with("drift", new PolicySet.Written(1, new ObjectMapper().readTree(document)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(document, e);
    }
  }

  /** Lives through all of it, and until nothing waits any more. */
  public Outcome run() {
    long began = System.nanoTime();
    int minutes = plan.days() * DAY_MINUTES;
    for (int minute = 1; minute <= minutes; minute++) {
      long now = Plan.START.toEpochMilli() + minute * MINUTE;
      desk.setTo(now);
      fallIll(minute, now);
      read(now);
      hear();
      judge(minute, now);
      turn(minute, now);
    }
    overlooked(minutes);
    drain(minutes);
    outcome.ended(desk, Duration.ofNanos(System.nanoTime() - began));
    return outcome;
  }

  private void fallIll(int minute, long now) {
    int day = minute / DAY_MINUTES;
    if (random.nextDouble() < plan.stalePerDay(day) / DAY_MINUTES) {
      SimModel model = models.get(1 + random.nextInt(models.size() - 1));
      if (!model.isIll()) {
        model.illSinceMillis = now;
        outcome.spells++;
      }
    }
    if (plan.foundationDay() > 0 && minute == plan.foundationDay() * DAY_MINUTES) {
      models.get(0).illSinceMillis = now;
    }
  }

  private void read(long now) {
    for (SimModel model : models) {
      if (now % model.windowMillis == 0) {
        model.read(now);
      }
    }
  }

  /** What the ledger has said at the tick before. */
  private void hear() {
    for (RetrainStatus status : news) {
      SimModel model = Objects.requireNonNull(byId.get(status.modelId()));
      RetrainCommand command = books.command(status);
      model.dossier.take(status, settings.cooldownMillis());
      fleet.take(status, command.generation());
      scheduler.take(status, command);
      heard.add(model);
      String why = status.reason();
      if (status.state() == State.REFUSED && why != null && why.startsWith("rejected:")) {
        model.excused();
      }
      if (status.state() == State.SUCCEEDED) {
        model.deployed(status.atMillis());
        if (model == models.get(0)) {
          disturb(status.atMillis());
        }
      }
    }
    news = List.of();
  }

  /** What uses the foundation drifts while it settles; one in twenty for good. */
  private void disturb(long now) {
    outcome.released(now);
    for (int i = 2; i < models.size(); i += 2) {
      SimModel model = models.get(i);
      model.disturbedUntilMillis = now + Math.max(60 * MINUTE, model.horizonMillis);
      model.tries(now, now + TRIED.toMillis());
      if (i % 40 == 0 && !model.isIll()) {
        model.illSinceMillis = now;
        outcome.spells++;
      }
    }
  }

  private void judge(int minute, long now) {
    List<Staleness> states = new ArrayList<>();
    for (SimModel model : models) {
      boolean due = (now - settings.latenessMillis()) % model.windowMillis == 0;
      boolean again = model.dossier.looksAgainAtMillis() <= now;
      if (!due && !again && !heard.contains(model)) {
        continue;
      }
      Surroundings around =
          due || again ? fleet.of(model.id, model.horizonMillis, now) : Surroundings.QUIET;
      Rounds.Outputs out = Rounds.tick(model.dossier, policies, around, settings, now);
      states.addAll(out.states());
      for (Decision decision : out.decisions()) {
        outcome.take(decision);
      }
      for (Staleness state : out.states()) {
        find(model, state, now);
      }
      for (RetrainCommand command : out.commands()) {
        outcome.take(command, minute / DAY_MINUTES);
        books.sent(command);
        desk.receive(command);
      }
    }
    fleet.tickIsOver();
    states.forEach(fleet::take);
    heard.clear();
  }

  private void find(SimModel model, Staleness state, long now) {
    if (state.state() == ModelState.STALE && model.isIll() && !model.found) {
      model.found = true;
      outcome.found(model.tier, now - model.illSinceMillis);
    }
  }

  private void turn(int minute, long now) {
    boolean worked = scheduler.work(now, books);
    if (worked || minute % SETTLE_MINUTES == 0) {
      desk.settle();
    }
    news = desk.news();
    news.forEach(books::take);
    if (minute % DAY_MINUTES == 0) {
      outcome.requireBooks(desk);
    }
  }

  private void overlooked(int minutes) {
    long now = Plan.START.toEpochMilli() + minutes * MINUTE;
    for (SimModel model : models) {
      if (model.isIll() && !model.found) {
        outcome.overlooked(model.tier, now - model.illSinceMillis);
      }
    }
  }

  /** Nobody falls ill any more, and nobody asks; what waits comes to its end. */
  private void drain(int from) {
    int minute = from;
    int most = from + 60 * DAY_MINUTES;
    while (books.open() > 0 && minute < most) {
      minute++;
      long now = Plan.START.toEpochMilli() + minute * MINUTE;
      desk.setTo(now);
      hear();
      turn(minute, now);
    }
    outcome.drainedMinutes = minute - from;
  }
}
