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

  private record Arm(String modelId, String version, String variant, long endMillis) {}

  private static final String TRAINING = "-training";

  private final LoopNews news;
  private final Set<Window> drift = new HashSet<>();
  private final Set<Window> performance = new HashSet<>();

  /** Labels that a mean of the loss is of, by the arm of a canary. */
  private final Map<Arm, Long> labels = new HashMap<>();

  private final Map<String, Staleness> states = new HashMap<>();
  private final Map<String, Decision> decisions = new HashMap<>();
  private final Map<String, RetrainCommand> commands = new LinkedHashMap<>();
  private final Map<String, List<RetrainStatus>> statuses = new LinkedHashMap<>();
  private final Map<String, List<Staleness>> stale = new HashMap<>();

  /** By model and version: a secondary version is decided about too, at another moment. */
  private final Map<String, Map<String, Long>> decidedAt = new HashMap<>();

  /** Commands of decisions; they may be told of before they are there. */
  private final Set<String> decided = new HashSet<>();

  /** End of the newest step that they were decided by, by the id of the command. */
  private final Map<String, Long> decidedBy = new HashMap<>();

  private final Set<Verdict> verdicts = new HashSet<>();
  private final Map<String, Attributed> attributed = new HashMap<>();
  private long dead;
  private long heard;

  private record Verdict(String modelId, long stepEndMillis, Decision.Verdict verdict) {}

  /** A command that was held back for a model upstream. */
  record Attributed(String upstream, long atMillis) {}

  /**
   * A model that was found stale, was commanded to be retrained, and was.
   *
   * @param reason of the command
   * @param version that came of it
   */
  record Repair(
      String commandId,
      RetrainCommand.ReasonClass reason,
      long issuedAtMillis,
      int wave,
      String version) {}

  LoopState(LoopNews news) {
    this.news = news;
  }

  @Override
  public void drift(DriftReading reading) {
    // Those of labels and of custom metrics have profiles of their own.
    if (reading.segment().equals(DriftReading.ALL) && reading.profileId().endsWith(TRAINING)) {
      heard++;
      drift.add(new Window(reading.modelId(), reading.modelVersion(), reading.windowEndMillis()));
    }
  }

  @Override
  public void performance(PerformanceReading reading) {
    boolean counts =
        reading.maturity() == Maturity.FINAL
            && !reading.estimated()
            && reading.segment().equals(PerformanceReading.ALL);
    if (counts) {
      heard++;
      labels.put(
          new Arm(
              reading.modelId(),
              reading.modelVersion(),
              reading.variant(),
              reading.windowEndMillis()),
          labels(reading));
      if (reading.variant().equals(PerformanceReading.ALL)) {
        performance.add(
            new Window(reading.modelId(), reading.modelVersion(), reading.windowEndMillis()));
      }
    }
  }

  /** Of a mean without an error, as that of one case, the gate takes no notice. */
  private static long labels(PerformanceReading reading) {
    return reading.metrics().stream()
        .filter(metric -> metric.name().equals("log_loss"))
        .filter(metric -> metric.value() != null && metric.standardError() != null)
        .mapToLong(PerformanceReading.Metric::samples)
        .findFirst()
        .orElse(0);
  }

  @Override
  public void state(Staleness staleness) {
    if (!staleness.secondary()) {
      heard++;
      Staleness before = states.put(staleness.modelId(), staleness);
      if (staleness.state() == ModelState.STALE) {
        stale.computeIfAbsent(staleness.modelId(), id -> new ArrayList<>()).add(staleness);
      }
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
    heard++;
    long step = HeldWindows.newestBy(decision.windowEndMillis());
    if (command != null) {
      decided.add(command);
      decidedBy.putIfAbsent(command, step);
    }
    decidedAt
        .computeIfAbsent(decision.modelId(), id -> new HashMap<>())
        .merge(decision.modelVersion(), decision.atMillis(), Math::max);
    verdicts.add(new Verdict(decision.modelId(), step, decision.verdict()));
    String upstream = decision.attributedTo();
    if (decision.hold() == Decision.Hold.ATTRIBUTED && upstream != null) {
      attributed.put(decision.modelId(), new Attributed(upstream, decision.atMillis()));
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
      heard++;
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

  /**
   * Final labels of a version's window that its mean log loss is of.
   *
   * @param variant of the predictions, or {@link PerformanceReading#ALL}
   * @return null while nothing final was said of it
   */
  @Nullable Long labels(Window window, String variant) {
    return labels.get(new Arm(window.modelId(), window.version(), variant, window.endMillis()));
  }

  /** Until when a model has been judged; 0 before it ever was. */
  long judgedAt(String modelId) {
    Staleness state = states.get(modelId);
    return state == null ? 0 : state.atMillis();
  }

  @Nullable Staleness of(String modelId) {
    return states.get(modelId);
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

  /**
   * At which tick the primary version of a model was last decided about; 0 before it ever was. Read
   * it beside {@link #judgedAt}: which version is primary is known from there.
   */
  long decidedAt(String modelId) {
    Staleness state = states.get(modelId);
    return state == null
        ? 0
        : decidedAt.getOrDefault(modelId, Map.of()).getOrDefault(state.modelVersion(), 0L);
  }

  /** Whether a model's command, which waited for the fleet, has left or is held for a reason. */
  boolean isAnswered(String modelId, long sinceMillis) {
    Decision decision = decision(modelId);
    return decision != null
        && decision.atMillis() > sinceMillis
        && decision.hold() != Decision.Hold.OUTSTANDING;
  }

  /** How much was heard so far: while it grows there is progress. */
  long heard() {
    return heard;
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

  /** Whether it was decided so of a model by what a step was like. */
  boolean decided(String modelId, long stepEndMillis, Decision.Verdict verdict) {
    return verdicts.contains(new Verdict(modelId, stepEndMillis, verdict));
  }

  /** The last command of a model that was held back for one upstream; null when none ever was. */
  @Nullable Attributed attributed(String modelId) {
    return attributed.get(modelId);
  }

  /** Commands of decisions about a model, in the order in which they came. */
  List<RetrainCommand> commands(String modelId) {
    return commands.values().stream()
        .filter(command -> command.cause().modelId().equals(modelId))
        .toList();
  }

  /** End of the newest step when a command was decided. */
  long decidedBy(RetrainCommand command) {
    return decidedBy.getOrDefault(
        command.commandId().toString(), HeldWindows.newestBy(command.issuedAtMillis()));
  }

  /**
   * Retrains of a model from a time on that followed from each other: it was STALE, then commanded,
   * then trained.
   */
  List<Repair> repairs(String modelId, long sinceMillis) {
    List<Repair> repairs = new ArrayList<>();
    for (RetrainCommand command : commands(modelId)) {
      String id = command.commandId().toString();
      RetrainStatus end = status(id);
      boolean trained =
          command.cause().action() == RetrainCommand.Action.RETRAIN
              && wasStale(command, sinceMillis)
              && end != null
              && end.state() == RetrainStatus.State.SUCCEEDED;
      String version = end == null ? null : end.newVersion();
      if (trained && version != null) {
        repairs.add(
            new Repair(
                id,
                command.cause().reasonClass(),
                command.issuedAtMillis(),
                command.wave(),
                version));
      }
    }
    return repairs;
  }

  private boolean wasStale(RetrainCommand command, long sinceMillis) {
    return stale.getOrDefault(command.cause().modelId(), List.of()).stream()
        .anyMatch(
            state ->
                state.modelVersion().equals(command.cause().modelVersion())
                    && state.atMillis() >= sinceMillis
                    && state.atMillis() <= command.issuedAtMillis());
  }

  /** How many retrains of a model, whoever asked for them, have ended so. */
  long ended(String modelId, RetrainStatus.State state) {
    return statuses.keySet().stream()
        .filter(this::isRetrain)
        .map(this::status)
        .filter(status -> status != null && status.modelId().equals(modelId))
        .filter(status -> status != null && status.state() == state)
        .count();
  }

  /** What a person asks for has no command on the topic; in the act it is a retrain. */
  private boolean isRetrain(String commandId) {
    RetrainCommand command = commands.get(commandId);
    return command == null || command.cause().action() == RetrainCommand.Action.RETRAIN;
  }

  long dead() {
    return dead;
  }
}
