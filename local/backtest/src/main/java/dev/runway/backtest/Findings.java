package dev.runway.backtest;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.Staleness;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What some policies would have said and done, over all models. */
final class Findings {
  private final Set<String> windows = new HashSet<>();
  private final Set<String> episodes = new HashSet<>();
  private final Set<String> held = new HashSet<>();
  private final Map<String, Integer> holds = new TreeMap<>();
  private final List<RetrainCommand> commands = new ArrayList<>();

  void take(Staleness state) {
    String episode = state.episode();
    if (episode != null && !state.secondary()) {
      episodes.add(episode);
    }
  }

  void take(Decision decision) {
    // More than once, where labels come later than its readings.
    windows.add(
        decision.modelId() + "|" + decision.modelVersion() + "|" + decision.windowEndMillis());
    Decision.Hold hold = decision.hold();
    // Once an episode, however many windows it is held in; a wait for its own command is none.
    if (hold != null
        && hold != Decision.Hold.OUTSTANDING
        && held.add(decision.episode() + "/" + hold)) {
      holds.merge(hold.name(), 1, Integer::sum);
    }
  }

  void take(RetrainCommand command) {
    commands.add(command);
  }

  /** Windows of versions that were judged. */
  long windows() {
    return windows.size();
  }

  /** Times in which a model was stale. */
  int episodes() {
    return episodes.size();
  }

  /** Why commands that were wanted did not leave, and in how many episodes. */
  Map<String, Integer> holds() {
    return holds;
  }

  /** In the order of models, and of a model in that of time. */
  List<RetrainCommand> commands() {
    return commands;
  }

  /** Further attempts of an episode: what stored readings say goes on, whatever was trained. */
  long again() {
    return commands.stream().filter(command -> command.cause().attempt() > 1).count();
  }

  long of(Mode mode) {
    return commands.stream().filter(command -> command.mode() == mode).count();
  }

  /** What they would have cost, in US dollars; advice costs nothing. */
  double cost() {
    return commands.stream()
        .filter(command -> command.mode() != Mode.ADVISE)
        .mapToDouble(RetrainCommand::estimatedCost)
        .sum();
  }

  /** Of some incidents those of which a command left not longer before or after. */
  long met(List<Incident> incidents, long withinMillis) {
    return incidents.stream().filter(incident -> meets(incident, withinMillis)).count();
  }

  boolean meets(Incident incident, long withinMillis) {
    return commands.stream()
        .filter(command -> command.cause().modelId().equals(incident.modelId()))
        .anyMatch(
            command -> Math.abs(command.issuedAtMillis() - incident.atMillis()) <= withinMillis);
  }
}
