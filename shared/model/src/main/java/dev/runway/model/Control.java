package dev.runway.model;

import dev.runway.model.RetrainCommand.SeverityClass;
import org.jspecify.annotations.Nullable;

/**
 * What a person told Runway to do or not to do.
 *
 * @param modelId the model it is about; null for a team, or for the fleet, which only the kill
 *     switch may address
 * @param revision rises with every control under the same {@link #key}: an older one never replaces
 *     a newer one
 * @param by who said it, as a pseudonym
 * @param atMillis when, epoch milliseconds
 * @param expiresAtMillis when it stops to hold; {@link #NEVER} when it does not
 * @param episode the episode that was judged; null unless {@link Action#APPROVE} or {@link
 *     Action#REJECT}
 * @param evidenceHash SHA-256 of the evidence the person saw, 64 lower-case hexadecimal digits:
 *     other evidence needs another approval; null unless the episode is set
 * @param team the team whose models it is about; null for one model or the fleet
 * @param severityClass class of severity that is snoozed; null unless {@link Action#SNOOZE}
 * @param state state that is snoozed, as the staleness topic has it; null for any, and unless
 *     {@link Action#SNOOZE}
 */
public record Control(
    @Nullable String modelId,
    Action action,
    long revision,
    String by,
    long atMillis,
    long expiresAtMillis,
    @Nullable String episode,
    @Nullable String evidenceHash,
    @Nullable String reason,
    @Nullable String team,
    @Nullable SeverityClass severityClass,
    @Nullable String state) {

  /** It holds until another control ends it. */
  public static final long NEVER = Long.MAX_VALUE;

  /**
   * Key of its record: a newer control of the same kind about the same model or team, or about the
   * fleet, replaces it; of judgements only one about the same episode.
   */
  public byte[] key() {
    String kind = action.kind().name();
    if (team != null) {
      return RecordKey.of("team", team, kind);
    }
    if (modelId == null) {
      return RecordKey.of("fleet", kind);
    }
    return episode == null
        ? RecordKey.of("model", modelId, kind)
        : RecordKey.of("model", modelId, kind, episode);
  }

  /** What a control is about; one ends another of its kind only. */
  public enum Kind {
    JUDGEMENT,
    MUTE,
    KILL_SWITCH
  }

  /** What can be said. */
  public enum Action {
    APPROVE,
    REJECT,
    MUTE,
    UNMUTE,
    /** No automatic command leaves. */
    KILL_SWITCH_ON,
    KILL_SWITCH_OFF,
    /** A mute that also ends when the model is not what it was; it always expires. */
    SNOOZE;

    /** What it is about. */
    public Kind kind() {
      return switch (this) {
        case APPROVE, REJECT -> Kind.JUDGEMENT;
        case MUTE, SNOOZE, UNMUTE -> Kind.MUTE;
        case KILL_SWITCH_ON, KILL_SWITCH_OFF -> Kind.KILL_SWITCH;
      };
    }

    /** Whether it judges the evidence of one episode. */
    public boolean isJudgement() {
      return kind() == Kind.JUDGEMENT;
    }

    /** Whether it may address more than one model: a team, or the whole fleet. */
    public boolean mayAddressMany() {
      return kind() == Kind.KILL_SWITCH;
    }
  }
}
