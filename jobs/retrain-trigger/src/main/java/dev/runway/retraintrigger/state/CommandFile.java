package dev.runway.retraintrigger.state;

import dev.runway.model.EventTime;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * One command of a model and what became of it. All else about commands (what is outstanding, how
 * often it was tried, until when the model cools down) follows from these files alone, so statuses
 * may come late, twice, or in any order.
 */
public final class CommandFile {
  /** The ledger answers within seconds, unless it is away. */
  private static final long ANSWER_MILLIS = 5 * 60_000L;

  /** In place of the ledger's word for a training that made way for a way back. */
  private static final String WAY_BACK = "way_back";

  public String modelVersion = "";

  /** Null for a command that somebody else has sent. */
  public @Nullable String episode;

  public int attempt;
  public RetrainCommand.@Nullable Action action;
  public RetrainCommand.@Nullable SeverityClass severityClass;

  /** When it was sent; for a command of somebody else, when its first status was entered. */
  public long sentAtMillis;

  /** After this it is of no use; 0 for a command of somebody else. */
  public long deadlineAtMillis;

  public long cooldownMillis;

  /** It was sent within the cool-down of another one, for things had become worse. */
  public boolean breaksCooldown;

  /** Null while the ledger has not answered. */
  public @Nullable State state;

  public long revision = -1;
  public long stateAtMillis;

  /** End of the cool-down by which the ledger refused it, as it said; 0 when it did not. */
  public long ledgerCoolsUntilMillis;

  /** The word with which the ledger begins its reason; of an older release all of it. */
  public String reason = "";

  /** A command that leaves now. */
  static CommandFile sent(RetrainCommand command, long cooldownMillis, boolean breaksCooldown) {
    CommandFile file = new CommandFile();
    file.modelVersion = command.cause().modelVersion();
    file.episode = command.cause().episode();
    file.attempt = command.cause().attempt();
    file.action = command.cause().action();
    file.severityClass = command.urgency().severityClass();
    file.sentAtMillis = command.issuedAtMillis();
    file.deadlineAtMillis = command.deadlineAtMillis();
    file.cooldownMillis = cooldownMillis;
    file.breaksCooldown = breaksCooldown;
    return file;
  }

  /** Whether a status is that of a command that has cancelled another one, and trained nothing. */
  public static boolean isOfCancel(RetrainStatus status) {
    return word(status.reason()).equals("cancels");
  }

  /**
   * Whether the ledger has ended a training for the sake of a way back that waited for it: nobody
   * has said that it is not wanted.
   */
  private static boolean isOfWayBack(RetrainStatus status) {
    String why = status.reason();
    return status.state() == State.CANCELLED
        && why != null
        && why.startsWith("cancelled: by rollback:");
  }

  /** Takes a status; an older one changes nothing. */
  void take(RetrainStatus status, long usualCooldownMillis) {
    if (modelVersion.isEmpty()) {
      modelVersion = status.modelVersion();
      cooldownMillis = usualCooldownMillis;
      sentAtMillis = status.atMillis();
    }
    if (episode == null) {
      sentAtMillis = Math.min(sentAtMillis, status.atMillis());
    }
    if (status.revision() > revision) {
      revision = status.revision();
      state = status.state();
      stateAtMillis = status.atMillis();
      reason = isOfWayBack(status) ? WAY_BACK : word(status.reason());
      ledgerCoolsUntilMillis =
          status.coolsUntilMillis() == EventTime.NONE ? 0 : status.coolsUntilMillis();
    }
  }

  /** Whether its end is still to come. */
  public boolean isOutstanding() {
    return state == null || !state.isFinal();
  }

  /**
   * Whether its deadline has passed and the ledger has never answered: it did not get there, and
   * nothing was granted.
   */
  public boolean isLost(long tickMillis) {
    return state == null && deadlineAtMillis > 0 && tickMillis >= deadlineAtMillis;
  }

  /** Whether the ledger has had the time to answer and has not: it may not have got there. */
  public boolean isUnanswered(long tickMillis) {
    return state == null
        && tickMillis >= sentAtMillis + ANSWER_MILLIS
        && tickMillis < deadlineAtMillis;
  }

  /** Whether it was granted and has not ended. */
  public boolean isActive() {
    if (state == null) {
      return false;
    }
    return switch (state) {
      case GRANTED, ACCEPTED, SUBMITTED, UNKNOWN, RUNNING -> true;
      case QUEUED,
          QUEUED_BUDGET,
          AWAITING_APPROVAL,
          REFUSED,
          SUCCEEDED,
          FAILED,
          CANCELLED,
          TIMED_OUT ->
          false;
    };
  }

  /** Whether it ran and came to nothing. */
  public boolean hasFailed() {
    return state == State.FAILED || state == State.TIMED_OUT;
  }

  /** Whether a person has ended it: somebody does not want what it asked for. */
  public boolean isEndedByPerson() {
    if (state != State.CANCELLED && state != State.REFUSED) {
      return false;
    }
    return switch (reasonWord()) {
      case "rejected", "cancelled", "cancelled_there" -> true;
      default -> false;
    };
  }

  private String reasonWord() {
    return word(reason);
  }

  private static String word(@Nullable String reason) {
    if (reason == null) {
      return "";
    }
    int colon = reason.indexOf(':');
    return colon < 0 ? reason : reason.substring(0, colon);
  }

  /** Whether the next attempt of the episode may ask again for the same. */
  public boolean isWorthAnotherAttempt() {
    if (state == State.REFUSED) {
      return switch (reasonWord()) {
        case "kill_switch", "cool_down", "joined", "deadline_passed" -> true;
        default -> false;
      };
    }
    // A way back that came to nothing leaves what it made way for to be asked for again.
    return hasFailed() || state == State.SUCCEEDED || reasonWord().equals(WAY_BACK);
  }

  /**
   * Until when others of the model are joined to it.
   *
   * @param horizonMillis how long the labels of what it deployed take
   */
  public long coolsUntilMillis(long horizonMillis) {
    long end = sentAtMillis + cooldownMillis;
    if (state == State.REFUSED) {
      // Nothing was granted: it is another one's cool-down, of which the ledger knows the end.
      return reasonWord().equals("cool_down") ? ledgerCoolsUntilMillis() : 0;
    }
    return state == State.SUCCEEDED ? Math.max(end, stateAtMillis + horizonMillis) : end;
  }

  /** A ledger of an older release does not say it; it is asked again after a while. */
  private long ledgerCoolsUntilMillis() {
    return ledgerCoolsUntilMillis == 0
        ? stateAtMillis + cooldownMillis / 4
        : ledgerCoolsUntilMillis;
  }
}
