package dev.runway.control;

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

  static String token(String name, String role, String team) {
    return """
    {"name": "%s", "roles": ["%s"], "teams": ["%s"], "expires_at": "%s"}
    """
        .formatted(name, role, team, java.time.Instant.now().plusSeconds(3600));
  }
}
