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
