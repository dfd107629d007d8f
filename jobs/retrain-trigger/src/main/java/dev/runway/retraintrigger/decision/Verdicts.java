package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.Fusion;
import dev.runway.drift.staleness.Hysteresis;
import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Cause;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Staleness;
import dev.runway.policy.RetrainPolicy;
import dev.runway.retraintrigger.decision.LabelJudge.Comparison;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SignalBoard;
import dev.runway.retraintrigger.state.CommandFile;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.VersionFile;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is to be done about a version whose state is known, and whether that may be sent now. */
final class Verdicts {
  private final byte[] bytes;
  private final DecisionInputs inputs;
  private final ModelFacts facts;
  private final VersionFile file;
  private final SignalBoard board;
  private final Fusion fused;
  private final PolicyJudge policies;
  private final @Nullable RetrainPolicy policy;
  private final Causes causes;
  private CommandBook book;

  Verdicts(
      byte[] bytes,
      DecisionInputs inputs,
      ModelFacts facts,
      VersionFile file,
      SignalBoard board,
      Fusion fused,
      PolicyJudge policies,
      @Nullable RetrainPolicy policy) {
    this.bytes = bytes;
    this.inputs = inputs;
    this.facts = facts;
    this.file = file;
    this.board = board;
    this.fused = fused;
    this.policies = policies;
    this.policy = policy;
    this.book = new CommandBook(inputs.dossier(), facts.horizonMillis(), inputs.tickMillis());
    this.causes = new Causes(inputs, file, book);
  }

  /**
   * Decides.
   *
   * @param before the state until now
   * @param score null where nothing may be decided
   * @param decides whether anything new is known, or a command has waited
   * @param fires whether a policy asks for it
   * @param rollback null unless the version is young and worse than the one before
   */
  Judgement decide(
      ModelState before,
      @Nullable Double score,
      boolean decides,
      boolean fires,
      @Nullable Comparison rollback) {
    SeverityClass severity = severityClass(score);
    Verdict verdict = decides ? verdict(rollback, severity) : Verdict.NONE;
    Action action = verdict == Verdict.ROLLBACK ? Action.ROLLBACK : Action.RETRAIN;
    if (verdict.commands()) {
      book = book.without(causes.heardOfOnly(action));
    }
    Hold hold = verdict.commands() ? hold(action, severity, fires) : null;
    boolean objected = verdict == Verdict.RETRAIN && isRollbackUnwanted();
    Mode mode = objected && mode() == Mode.AUTO ? Mode.APPROVE : mode();
    Explanation words =
        new Explanation(inputs, facts, file, board, fused, policies.broken(), policy, objected);
    CommandFile again = verdict.commands() ? causes.unanswered(action) : null;
    String explanation = words.of(verdict, hold, again != null, mode, score, rollback);
    Evidence evidence = new Evidence(inputs, file, board, fused, explanation);
    Cause cause = verdict.commands() && hold == null ? causes.of(action, again) : null;
    Decision decision =
        new Decision(
            inputs.dossier().modelId,
            inputs.version(),
            verdict,
            mode,
            hold,
            inputs.around().attributedTo(),
            before,
            file.state,
            file.episode,
            score,
            score == null ? null : severity,
            fused.coverage(),
            board.parts(),
            board.missing(),
            features(),
            profileId(),
            policy == null ? null : policy.name(),
            policy == null ? 0 : policy.version(),
            bytes,
            explanation,
            evidence.hash(),
            cause == null ? null : cause.id().toString(),
            inputs.windowEndMillis(),
            facts.tier(),
            facts.team(),
            inputs.tickMillis());
    RetrainCommand command =
        cause == null ? null : command(cause, again, decision, severity, evidence);
    Staleness staleness = staleness(before, score, decision);
    file.shown = staleness;
    return new Judgement(
        file,
        staleness,
        decision,
        command,
        cooldownMillis(),
        cause != null && breaksCooldown(cause, again));
  }

  /** What goes through a cool-down anyway leaves its one break to what has become worse. */
  private boolean breaksCooldown(Cause cause, @Nullable CommandFile again) {
    if (again != null) {
      return again.breaksCooldown;
    }
    return cause.action() == Action.RETRAIN && !isTryAgain(cause.action()) && book.isCooling();
  }

  private boolean isTryAgain(Action action) {
    CommandFile last = book.last(Objects.requireNonNull(file.episode), action);
    return last != null && last.hasFailed();
  }

  private boolean isPrimary() {
    return inputs.version().equals(inputs.dossier().primary);
  }

  private Verdict verdict(@Nullable Comparison rollback, SeverityClass severity) {
    if (file.position.level() != Hysteresis.STALE || file.episode == null) {
      return Verdict.NONE;
    }
    if (facts.isDeprecated(inputs.version())) {
      return Verdict.NONE; // Nobody trains what is to go.
    }
    if (!isPrimary()) {
      return Verdict.NONE; // Whether it may replace the other one is for the canary gate.
    }
    if (rollback != null && mayRollBack(severity)) {
      return Verdict.ROLLBACK;
    }
    if (!faults().isEmpty() || inputs.around().sourceFault() != null) {
      return Verdict.INVESTIGATE_DATA;
    }
    boolean waits =
        policy != null
            && policy.waitForLabels()
            && board.isWithoutLabels()
            && board.severity(Signal.DATA_DRIFT) >= 0.5
            && inputs.windowEndMillis() < file.episodeSinceMillis + facts.horizonMillis();
    return waits ? Verdict.WAIT_LABELS : Verdict.RETRAIN;
  }

  /** Where it was refused for good, or has failed too often, a retrain is what is left. */
  private boolean mayRollBack(SeverityClass severity) {
    CommandBook known = book.without(causes.heardOfOnly(Action.ROLLBACK));
    return known.isOutstanding(Action.ROLLBACK, null)
        || attemptHold(known, Action.ROLLBACK, severity, true) != Hold.ATTEMPTS;
  }

  /**
   * Whether a person has ended the rollback of the episode. Who wants the version to stay has not
   * asked for another one: so that is asked, and neither done nor forgotten.
   */
  private boolean isRollbackUnwanted() {
    return file.episode != null && book.isEndedByPerson(file.episode, Action.ROLLBACK);
  }

  private List<?> faults() {
    Observation drift = board.observation(Signal.DATA_DRIFT);
    return drift == null ? List.of() : drift.faults();
  }

  /** Why a command may not leave now; null when it may. */
  private @Nullable Hold hold(Action action, SeverityClass severity, boolean fires) {
    boolean back = action == Action.ROLLBACK;
    if (!back && !fires) {
      if (policies.anyGiven()) {
        return Hold.CONDITION;
      }
      if (fused.coverage() < inputs.settings().minWeight()) {
        return Hold.COVERAGE;
      }
    }
    if (!back && board.isProvisional()) {
      return Hold.PROVISIONAL;
    }
    CommandFile again = causes.unanswered(action);
    if (book.isOutstanding(action, again)) {
      return Hold.OUTSTANDING;
    }
    Hold fleet = back ? null : fleetHold();
    if (fleet != null) {
      return fleet;
    }
    if (isSwitchedOff()) {
      return Hold.KILL_SWITCH;
    }
    if (again != null) {
      return null; // It was let go already.
    }
    Hold attempts = attemptHold(book, action, severity, back);
    if (attempts != null || back || file.isHeardOf(inputs.tickMillis(), inputs.heardMillis())) {
      return attempts;
    }
    file.looksAgain = true;
    return Hold.OUTSTANDING;
  }

  private @Nullable Hold fleetHold() {
    if (inputs.around().attributedTo() != null) {
      return Hold.ATTRIBUTED;
    }
    if (inputs.around().generation() > inputs.settings().maxGeneration()) {
      return Hold.GENERATION;
    }
    return inputs.around().storm() == null ? null : Hold.STORM;
  }

  private boolean isSwitchedOff() {
    return inputs.around().killSwitch()
        || (inputs.dossier().killSwitch
            && inputs.tickMillis() < inputs.dossier().killSwitchUntilMillis);
  }

  private @Nullable Hold attemptHold(
      CommandBook known, Action action, SeverityClass severity, boolean back) {
    String episode = Objects.requireNonNull(file.episode);
    CommandFile last = known.last(episode, action);
    boolean worse =
        last != null && last.severityClass != null && severity.compareTo(last.severityClass) > 0;
    boolean lost = last != null && last.isLost(inputs.tickMillis());
    if (last != null && !last.isWorthAnotherAttempt() && !worse && !lost) {
      return Hold.ATTEMPTS;
    }
    if (known.failures(episode, action) >= inputs.settings().maxFailures()) {
      return Hold.ATTEMPTS;
    }
    if (!back && !isTryAgain(action) && book.isCooling() && !book.mayBreak(severity)) {
      return Hold.COOL_DOWN;
    }
    boolean many =
        policy != null && policy.maxPerDay() > 0 && book.sentToday() >= policy.maxPerDay();
    return !back && many ? Hold.DAILY_LIMIT : null;
  }

  /** One that leaves again keeps its clock, and its end. */
  private RetrainCommand command(
      Cause cause,
      @Nullable CommandFile again,
      Decision decision,
      SeverityClass severity,
      Evidence evidence) {
    long issuedAt = again == null ? inputs.tickMillis() : again.sentAtMillis;
    return new RetrainCommand(
        cause,
        new RetrainCommand.Urgency(
            facts.tier(),
            Objects.requireNonNull(decision.score()),
            severity,
            policy == null ? 0 : policy.priority()),
        decision.mode(),
        inputs.around().wave(),
        inputs.around().generation(),
        decision.id().toString(),
        decision.policy(),
        decision.policyVersion(),
        evidence.bytes(),
        inputs.settings().estimatedCost(),
        issuedAt,
        again == null
            ? issuedAt + inputs.settings().deadlineMillis(facts.tier())
            : again.deadlineAtMillis);
  }

  private Staleness staleness(ModelState before, @Nullable Double score, Decision decision) {
    Staleness last = file.shown;
    long revision =
        last == null ? inputs.tickMillis() : Math.max(inputs.tickMillis(), last.revision() + 1);
    return new Staleness(
        decision.modelId(),
        decision.modelVersion(),
        file.state,
        before,
        file.sinceMillis,
        file.episode,
        score,
        decision.coverage(),
        decision.parts(),
        decision.missing(),
        decision.features(),
        file.suspension,
        decision.policy(),
        decision.policyVersion(),
        inputs.windowEndMillis(),
        revision,
        facts.tier(),
        facts.team(),
        inputs.tickMillis(),
        !isPrimary(),
        Math.min(file.lastDataMillis, inputs.windowEndMillis()));
  }

  private Mode mode() {
    RetrainPolicy.Mode mode =
        policy == null ? RetrainPolicy.ofTier(facts.tier()) : policy.mode(facts.tier());
    return Mode.valueOf(mode.name());
  }

  private long cooldownMillis() {
    Duration own = policy == null ? null : policy.cooldown();
    return own == null ? inputs.settings().cooldownMillis() : own.toMillis();
  }

  /** In steps of what a score may be without, and with, a collapse of performance. */
  static SeverityClass severityClass(@Nullable Double score) {
    if (score == null || score < 0.5) {
      return SeverityClass.LOW;
    }
    if (score < 0.7) {
      return SeverityClass.MEDIUM;
    }
    return score < 0.9 ? SeverityClass.HIGH : SeverityClass.CRITICAL;
  }

  private List<String> features() {
    Observation drift = board.observation(Signal.DATA_DRIFT);
    return drift == null ? List.of() : drift.features();
  }

  private @Nullable String profileId() {
    Observation drift = board.observation(Signal.DATA_DRIFT);
    return drift == null ? null : drift.profileId();
  }
}
