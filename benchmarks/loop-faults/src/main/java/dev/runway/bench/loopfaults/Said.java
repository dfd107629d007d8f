package dev.runway.bench.loopfaults;

import dev.runway.demo.loop.LoopFeed;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.ModelDocument;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Runway has said in the day so far. Jobs that come back say some of it twice. */
final class Said implements LoopFeed.Listener {
  private final Set<String> models = new HashSet<>();
  private final Set<String> policies = new HashSet<>();
  private final Map<String, Decision> decisions = new HashMap<>();
  private final Map<String, Long> states = new HashMap<>();
  private final Map<String, RetrainStatus> statuses = new HashMap<>();
  private final Map<String, RetrainCommand> commands = new HashMap<>();

  /** Of decisions and of commands. */
  private final Set<String> commandIds = new LinkedHashSet<>();

  private final Set<String> decisionIds = new HashSet<>();
  private final Set<String> stateIds = new HashSet<>();
  private final List<DeadLetter> dead = new ArrayList<>();

  private static String key(String modelId, String version) {
    return modelId + " " + version;
  }

  @Override
  public void document(ModelDocument document) {
    models.add(document.modelId());
  }

  @Override
  public void policy(String name) {
    policies.add(name);
  }

  @Override
  public void state(Staleness state) {
    stateIds.add(key(state.modelId(), state.modelVersion()) + " " + state.revision());
    states.merge(key(state.modelId(), state.modelVersion()), state.atMillis(), Math::max);
  }

  @Override
  public void decision(Decision decision) {
    decisionIds.add(decision.id().toString());
    String command = decision.commandId();
    if (command != null) {
      commandIds.add(command);
    }
    decisions.merge(
        key(decision.modelId(), decision.modelVersion()),
        decision,
        (old, now) -> now.atMillis() >= old.atMillis() ? now : old);
  }

  @Override
  public void command(RetrainCommand command) {
    commandIds.add(command.commandId().toString());
    commands.put(command.commandId().toString(), command);
  }

  @Override
  public void status(RetrainStatus status) {
    commandIds.add(status.commandId());
    statuses.merge(
        status.commandId(), status, (old, now) -> now.revision() > old.revision() ? now : old);
  }

  @Override
  public void dead(DeadLetter letter) {
    dead.add(letter);
  }

  /** Models whose documents are on their topic. */
  int models() {
    return models.size();
  }

  /** Policies that are on their topic. */
  int policies() {
    return policies.size();
  }

  /** Whether a version has been decided about at a time, and its state has been told. */
  boolean isJudged(String modelId, String version, long atMillis) {
    Decision decision = decisions.get(key(modelId, version));
    return decision != null
        && decision.atMillis() >= atMillis
        && states.getOrDefault(key(modelId, version), 0L) >= atMillis;
  }

  /** The newest decision about a version; null before the first. */
  @Nullable Decision decision(String modelId, String version) {
    return decisions.get(key(modelId, version));
  }

  /** The newest status of a command; null while the ledger has not answered. */
  @Nullable RetrainStatus status(String commandId) {
    return statuses.get(commandId);
  }

  /** A command; null while only its decision has come. */
  @Nullable RetrainCommand command(String commandId) {
    return commands.get(commandId);
  }

  /** Commands that were sent, in the order in which one heard of them. */
  Set<String> commandIds() {
    return commandIds;
  }

  /** Commands of which the end is still to come. */
  List<String> open() {
    return commandIds.stream()
        .filter(
            id -> {
              RetrainStatus status = status(id);
              return status == null || !status.state().isFinal();
            })
        .toList();
  }

  /** Decisions, each once. */
  int decisions() {
    return decisionIds.size();
  }

  /** States, each once. */
  int states() {
    return stateIds.size();
  }

  List<DeadLetter> dead() {
    return dead;
  }
}
