package dev.runway.control.alerts;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be wrong. The names are stored: never renamed. */
enum Rule {
  /** A version is stale, and is so until it is found better. */
  MODEL_STALE("ModelStale", Severity.CRITICAL),
  /** Its inputs cannot be trusted, so nothing is decided about it. */
  MODEL_SUSPENDED("ModelSuspended", Severity.WARNING),
  /** It does not predict any more. */
  MODEL_SILENT("ModelSilent", Severity.CRITICAL),
  /** It looks like a fault of the data, which no retrain mends. */
  DATA_SUSPECT("DataSuspect", Severity.ERROR),
  /** A young version is worse than the one before it. */
  VERSION_WORSE("VersionWorse", Severity.CRITICAL),
  /** A retrain is wanted that only a person can let go. */
  RETRAIN_HELD("RetrainHeld", Severity.WARNING),
  /** A command has failed, or took too long. */
  RETRAIN_FAILED("RetrainFailed", Severity.ERROR),
  /** A job has sent a command, and the ledger does not have it. */
  COMMAND_UNANSWERED("CommandUnanswered", Severity.ERROR),
  /** Nobody knows whether a scheduler has begun a command, and it may be running unseen. */
  COMMAND_UNCLEAR("CommandUnclear", Severity.ERROR),
  /** The scheduler does not have a command, and by its tier it should have it by now. */
  SLA_MISSED("SlaMissed", Severity.ERROR),
  /** A command waits for a person, for too long. */
  APPROVAL_ESCALATED("ApprovalEscalated", Severity.CRITICAL),
  /** The scheduler takes no commands, or does not say how its runs get on. */
  SCHEDULER_DOWN("SchedulerDown", Severity.ERROR),
  /** Two trainings of an embedding without intended change break its users: none will pass. */
  BASELINE_UNFIT("BaselineUnfit", Severity.WARNING);

  /** Rules that the states of a version speak of. */
  static final Set<Rule> OF_STATES =
      Set.copyOf(EnumSet.of(MODEL_STALE, MODEL_SUSPENDED, MODEL_SILENT));

  /** Rules that the decisions about it speak of. */
  static final Set<Rule> OF_DECISIONS =
      Set.copyOf(EnumSet.of(DATA_SUSPECT, VERSION_WORSE, RETRAIN_HELD));

  /** All of them, for a version that nobody decides about any more. */
  static final Set<Rule> OF_VERSIONS =
      Stream.concat(OF_STATES.stream(), OF_DECISIONS.stream())
          .collect(Collectors.toUnmodifiableSet());

  private final String title;
  private final Severity worst;

  Rule(String title, Severity worst) {
    this.title = title;
    this.worst = worst;
  }

  /** What targets call it: the {@code alertname} of Alertmanager. */
  String title() {
    return title;
  }

  /** The most that it can matter. */
  Severity worst() {
    return worst;
  }
}
