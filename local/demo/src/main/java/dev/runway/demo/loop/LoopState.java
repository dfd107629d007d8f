package dev.runway.demo.loop;

import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.DriftReading;
import dev.runway.model.Maturity;
import dev.runway.model.ModelState;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Runway has said in the act so far. */
final class LoopState implements LoopFeed.Listener {
  /** A window of a version. */
  record Window(String modelId, String version, long endMillis) {}

  private static final String TRAINING = "-training";

  private final LoopNews news;
  private final Set<Window> drift = new HashSet<>();
  private final Set<Window> performance = new HashSet<>();
  private final Map<String, Staleness> states = new HashMap<>();
  private final Map<String, Decision> decisions = new HashMap<>();
  private final Map<String, RetrainCommand> commands = new LinkedHashMap<>();
  private final Map<String, List<RetrainStatus>> statuses = new LinkedHashMap<>();
  private final Map<String, Long> decidedAt = new HashMap<>();

  /** Commands of decisions; they may be told of before they are there. */
  private final Set<String> decided = new HashSet<>();

  private final Set<Verdict> verdicts = new HashSet<>();
  private final Map<String, String> attributed = new HashMap<>();
  private long dead;

  private record Verdict(String modelId, Decision.Verdict verdict) {}

  LoopState(LoopNews news) {
    this.news = news;
  }

  @Override
  public void drift(DriftReading reading) {
    // Those of labels and of custom metrics have profiles of their own.
    if (reading.segment().equals(DriftReading.ALL) && reading.profileId().endsWith(TRAINING)) {
      drift.add(new Window(reading.modelId(), reading.modelVersion(), reading.windowEndMillis()));
    }
  }

  @Override
  public void performance(PerformanceReading reading) {
    boolean counts =
        reading.maturity() == Maturity.FINAL
            && !reading.estimated()
            && reading.segment().equals(PerformanceReading.ALL)
            && reading.variant().equals(PerformanceReading.ALL);
    if (counts) {
      performance.add(
          new Window(reading.modelId(), reading.modelVersion(), reading.windowEndMillis()));
    }
  }

  @Override
  public void state(Staleness staleness) {
    if (!staleness.secondary()) {
      Staleness before = states.put(staleness.modelId(), staleness);
      news.state(before, staleness);
    }
  }

  @Override
  public void decision(Decision decision) {
    boolean primary =
        states.get(decision.modelId()) == null
            || states.get(decision.modelId()).modelVersion().equals(decision.modelVersion());
    if (primary || decision.verdict() != Decision.Verdict.NONE) {
      decisions.put(decision.modelId(), decision);
    }
    String command = decision.commandId();
    if (command != null) {
      decided.add(command);
    }
    decidedAt.merge(decision.modelId(), decision.atMillis(), Math::max);
    verdicts.add(new Verdict(decision.modelId(), decision.verdict()));
    String upstream = decision.attributedTo();
    if (decision.hold() == Decision.Hold.ATTRIBUTED && upstream != null) {
      attributed.put(decision.modelId(), upstream);
    }
    news.decision(decision);
  }

  @Override
  public void command(RetrainCommand command) {
    if (commands.putIfAbsent(command.commandId().toString(), command) == null) {
      news.command(command);
    }
  }

  @Override
  public void status(RetrainStatus status) {
    List<RetrainStatus> its = statuses.computeIfAbsent(status.commandId(), id -> new ArrayList<>());
    boolean fresh = its.stream().noneMatch(old -> old.revision() >= status.revision());
    if (fresh) {
      its.add(status);
      news.status(status);
    }
  }

  @Override
  public void dead(DeadLetter letter) {
    dead++;
    news.dead(letter);
  }

  boolean hasDrift(Window window) {
    return drift.contains(window);
  }

  boolean hasPerformance(Window window) {
    return performance.contains(window);
  }

  /** Until when a model has been judged; 0 before it ever was. */
  long judgedAt(String modelId) {
    Staleness state = states.get(modelId);
    return state == null ? 0 : state.atMillis();
  }

  @Nullable Staleness of(String modelId) {
    return states.get(modelId);
  }

  boolean isStale(String modelId) {
    Staleness state = states.get(modelId);
    return state != null && state.state() == ModelState.STALE;
  }

  /** The newest decision about a model; null before the first. */
  @Nullable Decision decision(String modelId) {
    return decisions.get(modelId);
  }

  /** The newest status of a command; null while the ledger has not answered. */
  @Nullable RetrainStatus status(String commandId) {
    List<RetrainStatus> its = statuses.get(commandId);
    return its == null ? null : its.get(its.size() - 1);
  }

  /** Of a model: commands of which the end is still to come. */
  Set<String> open(String modelId) {
    Set<String> its = open();
    its.removeIf(
        id -> {
          RetrainStatus status = status(id);
          RetrainCommand command = commands.get(id);
          String of =
              status != null
                  ? status.modelId()
                  : command != null ? command.cause().modelId() : modelId;
          return !of.equals(modelId);
        });
    return its;
  }

  /** At which tick a model was last decided about; 0 before it ever was. */
  long decidedAt(String modelId) {
    return decidedAt.getOrDefault(modelId, 0L);
  }

  /** Commands of which some end is still to come. */
  Set<String> open() {
    Set<String> open = new HashSet<>(commands.keySet());
    open.addAll(statuses.keySet());
    open.addAll(decided);
    open.removeIf(
        id -> {
          RetrainStatus status = status(id);
          return status != null && status.state().isFinal();
        });
    return open;
  }

  /** Whether anything was ever decided so. */
  boolean decided(String modelId, Decision.Verdict verdict) {
    return verdicts.contains(new Verdict(modelId, verdict));
  }

  /** The model upstream that a command was held back for; null when none ever was. */
  @Nullable String attributedTo(String modelId) {
    return attributed.get(modelId);
  }

  /** Commands of decisions about a model, in the order in which they came. */
  List<RetrainCommand> commands(String modelId) {
    return commands.values().stream()
        .filter(command -> command.cause().modelId().equals(modelId))
        .toList();
  }

  /** How many commands of a model, whoever gave them, have ended so. */
  long ended(String modelId, RetrainStatus.State state) {
    return statuses.keySet().stream()
        .map(this::status)
        .filter(status -> status != null && status.modelId().equals(modelId))
        .filter(status -> status != null && status.state() == state)
        .count();
  }

  long dead() {
    return dead;
  }
}
