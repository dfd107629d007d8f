package dev.runway.backtest;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.decision.Rounds;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.state.Dossier;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One model judged by some policies, tick by tick, by the code of the job. Every command is granted
 * at once, approved or not, and deploys a new version after the time of a training; what was
 * measured stays what it was, though: stored readings know of no retrain that never was.
 */
final class Replay {
  private final Dossier dossier;
  private final PolicySet policies;
  private final TriggerSettings settings;
  private final long trainingMillis;
  private final Findings findings;
  private final PriorityQueue<RetrainStatus> answers =
      new PriorityQueue<>(
          Comparator.comparingLong(RetrainStatus::atMillis)
              .thenComparing(RetrainStatus::commandId)
              .thenComparingLong(RetrainStatus::revision));

  Replay(
      Dossier dossier,
      PolicySet policies,
      TriggerSettings settings,
      long trainingMillis,
      Findings findings) {
    this.dossier = dossier;
    this.policies = policies;
    this.settings = settings;
    this.trainingMillis = trainingMillis;
    this.findings = findings;
  }

  void take(Arrivals.Arrival arrival, long tickMillis) {
    arrival.into(dossier, tickMillis);
  }

  /** Takes what was known of a version at a tick beside its readings. */
  void take(String version, KnownThen known) {
    known.into(dossier, version);
  }

  void tick(Surroundings around, long tickMillis) {
    for (RetrainStatus answer = due(tickMillis); answer != null; answer = due(tickMillis)) {
      dossier.take(answer, settings.cooldownMillis());
    }
    Rounds.Outputs out = Rounds.tick(dossier, policies, around, settings, tickMillis);
    for (Staleness state : out.states()) {
      findings.take(state);
    }
    for (Decision decision : out.decisions()) {
      findings.take(decision);
    }
    for (RetrainCommand command : out.commands()) {
      findings.take(command);
      answer(command, tickMillis);
    }
  }

  private @Nullable RetrainStatus due(long tickMillis) {
    RetrainStatus first = answers.peek();
    return first == null || first.atMillis() > tickMillis ? null : answers.remove();
  }

  private void answer(RetrainCommand command, long tickMillis) {
    if (command.mode() == Mode.ADVISE) {
      answers.add(status(command, State.REFUSED, 1, tickMillis + 1, "advice_only: nothing runs"));
      return;
    }
    answers.add(status(command, State.GRANTED, 1, tickMillis + 1, null));
    answers.add(status(command, State.SUCCEEDED, 2, tickMillis + trainingMillis, null));
  }

  private static RetrainStatus status(
      RetrainCommand command, State state, long revision, long atMillis, @Nullable String why) {
    return new RetrainStatus(
        command.commandId().toString(),
        command.cause().modelId(),
        command.cause().modelVersion(),
        state,
        revision,
        atMillis,
        why,
        null,
        Double.NaN);
  }
}
