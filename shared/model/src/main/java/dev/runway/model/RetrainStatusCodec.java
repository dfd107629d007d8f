package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link RetrainStatus}, contract {@code schemas/retrain-status.schema.json}. */
public final class RetrainStatusCodec {
  private RetrainStatusCodec() {}

  /** Writes a status. */
  public static byte[] write(RetrainStatus status) {
    return JsonBytes.object(
        out -> {
          out.field("command_id", status.commandId());
          out.field("model_id", status.modelId());
          out.field("model_version", status.modelVersion());
          out.field("state", status.state().name());
          out.field("revision", status.revision());
          out.field("at", status.atMillis());
          out.field("reason", status.reason());
          out.field("new_version", status.newVersion());
          out.field("cost", status.cost());
          if (status.coolsUntilMillis() != EventTime.NONE) {
            out.field("cools_until", status.coolsUntilMillis());
          }
        });
  }

  /**
   * Reads a status.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static RetrainStatus read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.status();
  }

  private static final class Fields {
    private @Nullable String commandId;
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private RetrainStatus.@Nullable State state;
    private long revision = -1;
    private long at = EventTime.NONE;
    private @Nullable String reason;
    private @Nullable String newVersion;
    private double cost = Double.NaN;
    private long coolsUntil = EventTime.NONE;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "command_id" -> commandId = json.id();
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "state" -> state = json.constant(RetrainStatus.State.class);
        case "revision" -> revision = json.count();
        case "at" -> at = json.instantMillis();
        case "reason" -> reason = json.text(Limits.MAX_REASON);
        case "new_version" -> newVersion = json.name();
        case "cost" -> cost = json.number(0, Limits.MAX_VALUE);
        case "cools_until" -> coolsUntil = json.instantMillis();
        default -> json.skip();
      }
    }

    RetrainStatus status() throws MalformedEvent {
      RetrainStatus status =
          new RetrainStatus(
              Required.field("command_id", commandId),
              Required.field("model_id", modelId),
              Required.field("model_version", modelVersion),
              Required.field("state", state),
              Required.count("revision", revision),
              Required.time("at", at),
              reason,
              newVersion,
              cost,
              coolsUntil);
      switch (status.state()) {
        case REFUSED -> Required.field("reason", reason);
        case SUCCEEDED -> Required.field("new_version", newVersion);
        default -> {
          // The other states need nothing more.
        }
      }
      return status;
    }
  }
}
