package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Decision}, contract {@code schemas/decision.schema.json}. */
public final class DecisionCodec {
  private DecisionCodec() {}

  /**
   * Writes a decision; undefined values are left out.
   *
   * @throws IllegalArgumentException if the inputs are not one JSON object, or too large
   */
  public static byte[] write(Decision decision) {
    RawObject.require("inputs", decision.inputs(), Limits.MAX_INPUTS_BYTES);
    return JsonBytes.object(
        out -> {
          out.field("decision_id", decision.id().toString());
          out.field("model_id", decision.modelId());
          out.field("model_version", decision.modelVersion());
          out.field("verdict", decision.verdict().name());
          out.field("mode", decision.mode().name());
          out.field("hold", name(decision.hold()));
          out.field("attributed_to", decision.attributedTo());
          out.field("state_before", decision.stateBefore().name());
          out.field("state_after", decision.stateAfter().name());
          out.field("episode", decision.episode());
          out.field("score", decision.score());
          out.field("severity_class", name(decision.severityClass()));
          out.field("coverage", decision.coverage());
          out.objects("parts", decision.parts(), SignalPartFields::write);
          out.field("missing", SignalPartFields.names(decision.missing()));
          out.field("features", decision.features());
          out.field("profile_id", decision.profileId());
          if (decision.policy() != null) {
            out.field("policy", decision.policy());
            out.field("policy_version", decision.policyVersion());
          }
          out.raw("inputs", decision.inputs());
          out.field("explanation", decision.explanation());
          out.field("evidence_hash", decision.evidenceHash());
          out.field("command_id", decision.commandId());
          out.field("window_end", decision.windowEndMillis());
          out.field("tier", decision.tier());
          out.field("team", decision.team());
          out.field("at", decision.atMillis());
        });
  }

  private static @Nullable String name(@Nullable Enum<?> constant) {
    return constant == null ? null : constant.name();
  }

  /**
   * Reads a decision.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Decision read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.decision();
  }

  private static final class Fields {
    private @Nullable String decisionId;
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private Decision.@Nullable Verdict verdict;
    private RetrainCommand.@Nullable Mode mode;
    private Decision.@Nullable Hold hold;
    private @Nullable String attributedTo;
    private @Nullable ModelState stateBefore;
    private @Nullable ModelState stateAfter;
    private @Nullable String episode;
    private @Nullable Double score;
    private RetrainCommand.@Nullable SeverityClass severityClass;
    private double coverage = Double.NaN;
    private List<SignalPart> parts = List.of();
    private List<SignalPart.Signal> missing = List.of();
    private List<String> features = List.of();
    private @Nullable String profileId;
    private @Nullable String policy;
    private long policyVersion;
    private byte @Nullable [] inputs;
    private @Nullable String explanation;
    private @Nullable String evidenceHash;
    private @Nullable String commandId;
    private long windowEnd = EventTime.NONE;
    private long tier = -1;
    private @Nullable String team;
    private long at = EventTime.NONE;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "decision_id" -> decisionId = json.id();
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "verdict" -> verdict = json.constant(Decision.Verdict.class);
        case "mode" -> mode = json.constant(RetrainCommand.Mode.class);
        case "hold" -> hold = json.constant(Decision.Hold.class);
        case "attributed_to" -> attributedTo = json.id();
        case "state_before" -> stateBefore = json.constant(ModelState.class);
        case "state_after" -> stateAfter = json.constant(ModelState.class);
        case "episode" -> episode = json.id();
        case "score" -> score = json.number(0, 1);
        case "severity_class" -> severityClass = json.constant(RetrainCommand.SeverityClass.class);
        case "coverage" -> coverage = json.number(0, 1);
        case "parts" -> parts = SignalPartFields.read(json);
        case "missing" -> missing = SignalPartFields.readSignals(json);
        case "features" -> features = SignalPartFields.readFeatures(json);
        case "profile_id" -> profileId = json.id();
        case "policy" -> policy = json.id();
        case "policy_version" -> policyVersion = json.integer(1, Integer.MAX_VALUE);
        case "inputs" -> inputs = RawObject.read(json, Limits.MAX_INPUTS_BYTES);
        case "explanation" -> explanation = json.text(Limits.MAX_EXPLANATION);
        case "evidence_hash" -> evidenceHash = json.sha256();
        case "command_id" -> commandId = json.id();
        case "window_end" -> windowEnd = json.instantMillis();
        case "tier" -> tier = json.integer(1, 4);
        case "team" -> team = json.name();
        case "at" -> at = json.instantMillis();
        default -> json.skip();
      }
    }

    Decision decision() throws MalformedEvent {
      Required.field("decision_id", decisionId);
      requireConsistent(Required.field("verdict", verdict));
      Decision decision =
          new Decision(
              Required.field("model_id", modelId),
              Required.field("model_version", modelVersion),
              Required.field("verdict", verdict),
              Required.field("mode", mode),
              hold,
              attributedTo,
              Required.field("state_before", stateBefore),
              Required.field("state_after", stateAfter),
              episode,
              score,
              severityClass,
              Required.number("coverage", coverage),
              parts,
              missing,
              features,
              profileId,
              policy,
              (int) policyVersion,
              Required.field("inputs", inputs),
              Required.field("explanation", explanation),
              Required.field("evidence_hash", evidenceHash),
              commandId,
              Required.time("window_end", windowEnd),
              (int) Required.count("tier", tier),
              team,
              Required.time("at", at));
      if (!decision.id().toString().equals(decisionId)) {
        throw new MalformedEvent(
            Reason.BAD_VALUE, "decision_id", "not the id of these inputs, " + decision.id());
      }
      return decision;
    }

    private void requireConsistent(Decision.Verdict what) throws MalformedEvent {
      if (commandId != null && !what.commands()) {
        throw new MalformedEvent(Reason.BAD_VALUE, "command_id", "does not go with " + what);
      }
      if (hold != null && commandId != null) {
        throw new MalformedEvent(Reason.BAD_VALUE, "hold", "does not go with command_id");
      }
      if ((policy == null) != (policyVersion == 0)) {
        throw StrictJson.missing(policy == null ? "policy" : "policy_version");
      }
    }
  }
}
