package dev.runway.model;

import dev.runway.model.RetrainCommand.SeverityClass;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Control}, contract {@code schemas/control.schema.json}. */
public final class ControlCodec {
  private ControlCodec() {}

  /** Writes a control. */
  public static byte[] write(Control control) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", control.modelId());
          out.field("action", control.action().name());
          out.field("revision", control.revision());
          out.field("by", control.by());
          out.field("at", control.atMillis());
          if (control.expiresAtMillis() != Control.NEVER) {
            out.field("expires_at", control.expiresAtMillis());
          }
          out.field("episode", control.episode());
          out.field("evidence_hash", control.evidenceHash());
          out.field("reason", control.reason());
          out.field("team", control.team());
          if (control.severityClass() != null) {
            out.field("severity_class", control.severityClass().name());
          }
          out.field("state", control.state());
        });
  }

  /**
   * Reads a control.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Control read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.control();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private Control.@Nullable Action action;
    private long revision = -1;
    private @Nullable String by;
    private long at = EventTime.NONE;
    private long expiresAt = Control.NEVER;
    private @Nullable String episode;
    private @Nullable String evidenceHash;
    private @Nullable String reason;
    private @Nullable String team;
    private @Nullable SeverityClass severityClass;
    private @Nullable String state;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "action" -> action = json.constant(Control.Action.class);
        case "revision" -> revision = json.count();
        case "by" -> by = json.id();
        case "at" -> at = json.instantMillis();
        case "expires_at" -> expiresAt = json.instantMillis();
        case "episode" -> episode = json.id();
        case "evidence_hash" -> evidenceHash = json.sha256();
        case "reason" -> reason = json.text(Limits.MAX_REASON);
        case "team" -> team = json.id();
        case "severity_class" -> severityClass = json.constant(SeverityClass.class);
        case "state" -> state = json.id();
        default -> json.skip();
      }
    }

    Control control() throws MalformedEvent {
      Control.Action what = Required.field("action", action);
      if (!what.mayAddressMany()) {
        Required.field("model_id", modelId);
      }
      if (modelId != null && team != null) {
        throw new MalformedEvent(Reason.BAD_VALUE, "team", "does not go with model_id");
      }
      if (what.isJudgement()) {
        Required.field("episode", episode);
        Required.field("evidence_hash", evidenceHash);
      } else {
        requireNone(what, "episode", episode);
        requireNone(what, "evidence_hash", evidenceHash);
      }
      if (what == Control.Action.SNOOZE) {
        Required.field("severity_class", severityClass);
        if (expiresAt == Control.NEVER) {
          throw StrictJson.missing("expires_at");
        }
      } else {
        requireNone(what, "severity_class", severityClass);
        requireNone(what, "state", state);
      }
      return new Control(
          modelId,
          what,
          Required.count("revision", revision),
          Required.field("by", by),
          Required.time("at", at),
          expiresAt,
          episode,
          evidenceHash,
          reason,
          team,
          severityClass,
          state);
    }

    private static void requireNone(Control.Action action, String field, @Nullable Object value)
        throws MalformedEvent {
      if (value != null) {
        throw new MalformedEvent(Reason.BAD_VALUE, field, "does not go with " + action);
      }
    }
  }
}
