package dev.runway.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Staleness}, contract {@code schemas/staleness.schema.json}. */
public final class StalenessCodec {
  private StalenessCodec() {}

  /** Writes a state; undefined values are left out. */
  public static byte[] write(Staleness staleness) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", staleness.modelId());
          out.field("model_version", staleness.modelVersion());
          out.field("state", staleness.state().name());
          out.field("previous_state", staleness.previous().name());
          out.field("since", staleness.sinceMillis());
          out.field("episode", staleness.episode());
          out.field("score", staleness.score());
          out.field("coverage", staleness.coverage());
          out.objects("parts", staleness.parts(), SignalPartFields::write);
          out.field("missing", SignalPartFields.names(staleness.missing()));
          out.field("features", staleness.features());
          Suspension suspension = staleness.suspension();
          out.field("suspension", suspension == null ? null : suspension.name());
          if (staleness.policy() != null) {
            out.field("policy", staleness.policy());
            out.field("policy_version", staleness.policyVersion());
          }
          out.field("window_end", staleness.windowEndMillis());
          out.field("revision", staleness.revision());
          out.field("tier", staleness.tier());
          out.field("team", staleness.team());
          out.field("at", staleness.atMillis());
          if (staleness.secondary()) {
            out.field("secondary", true);
          }
          if (staleness.predictedUntilMillis() != 0) {
            out.field("predicted_until", staleness.predictedUntilMillis());
          }
        });
  }

  /**
   * Reads a state.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Staleness read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.staleness();
  }

  private static final class Fields {
    private @Nullable String modelId;
    private @Nullable String modelVersion;
    private @Nullable ModelState state;
    private @Nullable ModelState previous;
    private long since = EventTime.NONE;
    private @Nullable String episode;
    private @Nullable Double score;
    private double coverage = Double.NaN;
    private List<SignalPart> parts = List.of();
    private List<SignalPart.Signal> missing = List.of();
    private List<String> features = List.of();
    private @Nullable Suspension suspension;
    private @Nullable String policy;
    private long policyVersion;
    private long windowEnd = EventTime.NONE;
    private long revision = -1;
    private long tier = -1;
    private @Nullable String team;
    private long at = EventTime.NONE;
    private boolean secondary;
    private long predictedUntil;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "model_version" -> modelVersion = json.name();
        case "state" -> state = json.constant(ModelState.class);
        case "previous_state" -> previous = json.constant(ModelState.class);
        case "since" -> since = json.instantMillis();
        case "episode" -> episode = json.id();
        case "score" -> score = json.number(0, 1);
        case "coverage" -> coverage = json.number(0, 1);
        case "parts" -> parts = SignalPartFields.read(json);
        case "missing" -> missing = SignalPartFields.readSignals(json);
        case "features" -> features = SignalPartFields.readFeatures(json);
        case "suspension" -> suspension = json.constant(Suspension.class);
        case "policy" -> policy = json.id();
        case "policy_version" -> policyVersion = json.integer(1, Integer.MAX_VALUE);
        case "window_end" -> windowEnd = json.instantMillis();
        case "revision" -> revision = json.count();
        case "tier" -> tier = json.integer(1, 4);
        case "team" -> team = json.name();
        case "at" -> at = json.instantMillis();
        case "secondary" -> secondary = json.bool();
        case "predicted_until" -> predictedUntil = json.instantMillis();
        default -> json.skip();
      }
    }

    Staleness staleness() throws MalformedEvent {
      ModelState now = Required.field("state", state);
      if (now == ModelState.SUSPENDED) {
        Required.field("suspension", suspension);
      } else if (suspension != null) {
        throw new MalformedEvent(Reason.BAD_VALUE, "suspension", "does not go with " + now);
      }
      if (now == ModelState.STALE) {
        Required.field("episode", episode);
      }
      if ((policy == null) != (policyVersion == 0)) {
        throw StrictJson.missing(policy == null ? "policy" : "policy_version");
      }
      return new Staleness(
          Required.field("model_id", modelId),
          Required.field("model_version", modelVersion),
          now,
          Required.field("previous_state", previous),
          Required.time("since", since),
          episode,
          score,
          Required.number("coverage", coverage),
          parts,
          missing,
          features,
          suspension,
          policy,
          (int) policyVersion,
          Required.time("window_end", windowEnd),
          Required.count("revision", revision),
          (int) Required.count("tier", tier),
          team,
          Required.time("at", at),
          secondary,
          predictedUntil);
    }
  }
}
