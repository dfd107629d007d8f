package dev.runway.control;

import dev.runway.drift.distribution.Overdispersion;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Bodies that tests send. */
final class Bodies {
  private Bodies() {}

  static String model(String id, String team) {
    return """
    {"model_id": "%s", "owner": "ada", "team": "%s", "tier": 1, "tags": ["home"],
     "judging": {"task": "BINARY", "horizon": "P7D", "segments": ["mobile"]}}
    """
        .formatted(id, team);
  }

  /** The same as a replacement: without its id. */
  static String replacement(String team, String description) {
    return """
    {"owner": "ada", "team": "%s", "tier": 2, "description": "%s",
     "judging": {"task": "BINARY", "horizon": "P3D"}}
    """
        .formatted(team, description);
  }

  static String policy(String name, String team, String model, String when) {
    return """
    {"apiVersion": "runway/v1", "kind": "RetrainPolicy",
     "metadata": {"name": "%s", "team": "%s"},
     "spec": {"models": ["%s"], "when": "%s", "for": {"windows": 3},
              "action": {"retrain": {"priority": "high"}}, "limits": {"cooldown": "PT24H"}}}
    """
        .formatted(name, team, model, when);
  }

  static String space(String id, String team) {
    return """
    {"space_id": "%s", "team": "%s", "document": %s}
    """
        .formatted(id, team, spaceDocument("v6"));
  }

  /** What of a space the jobs are told, with the version that is to replace v5. */
  static String spaceDocument(String after) {
    return """
    {"versions": [{"version": "v5", "dimensions": 64}, {"version": "v5-again", "dimensions": 64},
                  {"version": "%s", "dimensions": 64}],
     "pairs": [{"before": "v5", "after": "%s"}],
     "baseline": {"before": "v5", "after": "v5-again"},
     "consumers": [{"model_id": "homepage-ranker", "usage": "COORDINATES"}],
     "sample_rate": 0.25, "sample_size": 5000, "thresholds": {"mixed_share": 0.05}}
    """
        .formatted(after, after);
  }

  /** A baseline with a profile that drift-monitor takes. */
  static String baseline(String model, String version, String profileId, Instant madeAt) {
    BaselineProfile profile =
        BaselineProfile.of(
            new BaselineProfile.Identity(
                profileId, model, version, madeAt.toEpochMilli(), Source.UPLOADED),
            Precision.DOUBLE,
            List.of(
                new CategoricalProfile(
                    "plan",
                    FeatureKind.CATEGORICAL,
                    3,
                    0,
                    List.of("free", "paid"),
                    new long[] {70, 27},
                    0,
                    false,
                    0,
                    Overdispersion.UNKNOWN)));
    return """
    {"profile_id": "%s", "made_at": "%s",
     "data_start_at": "2026-10-01T00:00:00Z", "data_end_at": "2026-11-01T00:00:00Z",
     "profile": %s}
    """
        .formatted(
            profileId, madeAt, new String(ProfileJson.write(profile), StandardCharsets.UTF_8));
  }

  static String token(String name, String role, String team) {
    return """
    {"name": "%s", "roles": ["%s"], "teams": ["%s"], "expires_at": "%s"}
    """
        .formatted(name, role, team, Instant.now().plusSeconds(3600));
  }
}
