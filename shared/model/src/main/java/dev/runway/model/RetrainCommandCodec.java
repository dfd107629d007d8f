package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link RetrainCommand}, contract {@code schemas/retrain-command.schema.json}. */
public final class RetrainCommandCodec {
  private RetrainCommandCodec() {}

  /**
   * Writes a command.
   *
   * @throws IllegalArgumentException if the evidence is not one JSON object, or too large
   */
  public static byte[] write(RetrainCommand command) {
    RawObject.require("evidence", command.evidence(), Limits.MAX_EVIDENCE_BYTES);
    RetrainCommand.Cause cause = command.cause();
    RetrainCommand.Urgency urgency = command.urgency();
    return JsonBytes.object(
        out -> {
          out.field("command_id", command.commandId().toString());
          out.field("model_id", cause.modelId());
          out.field("model_version", cause.modelVersion());
          out.field("action", cause.action().name());
          switch (cause.action()) {
            case RETRAIN -> {
              // Its target is a version that does not exist yet.
            }
            case ROLLBACK -> out.field("target_version", cause.target());
            case CANCEL -> out.field("target_command", cause.target());
          }
          out.field("reason_class", cause.reasonClass().name());
          out.field("episode", cause.episode());
          out.field("attempt", cause.attempt());
          out.field("tier", urgency.tier());
          out.field("severity", urgency.severity());
          out.field("severity_class", urgency.severityClass().name());
          out.field("priority", urgency.priority());
          out.field("mode", command.mode().name());
          out.field("wave", command.wave());
          out.field("generation", command.generation());
          out.field("decision_id", command.decisionId());
          if (command.policy() != null) {
            out.field("policy", command.policy());
            out.field("policy_version", command.policyVersion());
          }
          out.raw("evidence", command.evidence());
          out.field("evidence_hash", command.evidenceHash());
          out.field("estimated_cost", command.estimatedCost());
          out.field("issued_at", command.issuedAtMillis());
          if (command.deadlineAtMillis() != RetrainCommand.NEVER) {
            out.field("deadline_at", command.deadlineAtMillis());
          }
        });
  }

  /**
   * Reads a command.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static RetrainCommand read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.command();
  }

  private static final class Fields {
    private @Nullable String commandId;
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private RetrainCommand.@Nullable Action action;
    private @Nullable String targetVersion;
    private @Nullable String targetCommand;
    private RetrainCommand.@Nullable ReasonClass reasonClass;
    private @Nullable String episode;
    private long attempt = -1;
    private long tier = -1;
    private double severity = Double.NaN;
    private RetrainCommand.@Nullable SeverityClass severityClass;
    private long priority;
    private RetrainCommand.@Nullable Mode mode;
    private long wave;
    private long generation;
    private @Nullable String decisionId;
    private @Nullable String policy;
    private long policyVersion;
    private byte @Nullable [] evidence;
    private @Nullable String evidenceHash;
    private double estimatedCost = Double.NaN;
    private long issuedAt = EventTime.NONE;
    private long deadlineAt = RetrainCommand.NEVER;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "command_id" -> commandId = json.id();
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "action" -> action = json.constant(RetrainCommand.Action.class);
        case "target_version" -> targetVersion = json.name();
        case "target_command" -> targetCommand = json.id();
        case "reason_class" -> reasonClass = json.constant(RetrainCommand.ReasonClass.class);
        case "episode" -> episode = json.id();
        case "attempt" -> attempt = json.integer(1, Limits.MAX_ATTEMPTS);
        case "tier" -> tier = json.integer(1, 4);
        case "severity" -> severity = json.number(0, 1);
        case "severity_class" -> severityClass = json.constant(RetrainCommand.SeverityClass.class);
        case "priority" -> priority = json.integer(0, 9);
        case "mode" -> mode = json.constant(RetrainCommand.Mode.class);
        case "wave" -> wave = json.integer(0, Integer.MAX_VALUE);
        case "generation" -> generation = json.integer(0, Integer.MAX_VALUE);
        case "decision_id" -> decisionId = json.id();
        case "policy" -> policy = json.id();
        case "policy_version" -> policyVersion = json.integer(1, Integer.MAX_VALUE);
        case "evidence" -> evidence = RawObject.read(json, Limits.MAX_EVIDENCE_BYTES);
        case "evidence_hash" -> evidenceHash = json.sha256();
        case "estimated_cost" -> estimatedCost = json.number(0, Limits.MAX_COST);
        case "issued_at" -> issuedAt = json.instantMillis();
        case "deadline_at" -> deadlineAt = json.instantMillis();
        default -> json.skip();
      }
    }

    RetrainCommand command() throws MalformedEvent {
      Required.field("command_id", commandId);
      Required.field("evidence_hash", evidenceHash);
      RetrainCommand command =
          new RetrainCommand(
              cause(),
              new RetrainCommand.Urgency(
                  (int) Required.count("tier", tier),
                  Required.number("severity", severity),
                  Required.field("severity_class", severityClass),
                  (int) priority),
              Required.field("mode", mode),
              (int) wave,
              (int) generation,
              decisionId,
              policy,
              (int) policyVersion,
              Required.field("evidence", evidence),
              Required.number("estimated_cost", estimatedCost),
              Required.time("issued_at", issuedAt),
              deadlineAt);
      requireWhole(command);
      return command;
    }

    private RetrainCommand.Cause cause() throws MalformedEvent {
      RetrainCommand.Action what = Required.field("action", action);
      return new RetrainCommand.Cause(
          Required.field("model_id", modelId),
          Required.field("model_version", modelVersion),
          what,
          Required.field("reason_class", reasonClass),
          Required.field("episode", episode),
          (int) Required.count("attempt", attempt),
          target(what));
    }

    private @Nullable String target(RetrainCommand.Action what) throws MalformedEvent {
      if (what != RetrainCommand.Action.ROLLBACK) {
        requireNone(what, "target_version", targetVersion);
      }
      if (what != RetrainCommand.Action.CANCEL) {
        requireNone(what, "target_command", targetCommand);
      }
      return switch (what) {
        case RETRAIN -> null;
        case ROLLBACK -> Required.field("target_version", targetVersion);
        case CANCEL -> Required.field("target_command", targetCommand);
      };
    }

    private static void requireNone(
        RetrainCommand.Action action, String field, @Nullable Object value) throws MalformedEvent {
      if (value != null) {
        throw new MalformedEvent(Reason.BAD_VALUE, field, "does not go with " + action);
      }
    }

    private void requireWhole(RetrainCommand command) throws MalformedEvent {
      if ((policy == null) != (policyVersion == 0)) {
        throw StrictJson.missing(policy == null ? "policy" : "policy_version");
      }
      if (!command.commandId().toString().equals(commandId)) {
        throw new MalformedEvent(
            Reason.BAD_VALUE, "command_id", "not the id of this cause, " + command.commandId());
      }
      if (!command.evidenceHash().equals(evidenceHash)) {
        throw new MalformedEvent(
            Reason.BAD_VALUE, "evidence_hash", "not the SHA-256 of this evidence");
      }
      if (deadlineAt <= issuedAt) {
        throw new MalformedEvent(Reason.BAD_VALUE, "deadline_at", "must be after issued_at");
      }
    }
  }
}
