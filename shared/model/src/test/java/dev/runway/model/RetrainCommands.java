package dev.runway.model;

import java.nio.charset.StandardCharsets;

/** Commands of the golden files. */
final class RetrainCommands {
  private static final String EPISODE = "late-arrival/v2/983420000000";

  private RetrainCommands() {}

  static RetrainCommand golden() {
    return new RetrainCommand(
        cause(RetrainCommand.Action.ROLLBACK, RetrainCommand.ReasonClass.PERFORMANCE, 1, "v1"),
        urgency(3),
        RetrainCommand.Mode.APPROVE,
        2,
        1,
        "d-17",
        "strict",
        4,
        evidence(),
        48.5,
        983428200000L,
        983442600000L);
  }

  static RetrainCommand retrain() {
    return minimal(cause(RetrainCommand.Action.RETRAIN, RetrainCommand.ReasonClass.DRIFT, 2, null));
  }

  static RetrainCommand cancel() {
    return minimal(
        cause(
            RetrainCommand.Action.CANCEL,
            RetrainCommand.ReasonClass.MANUAL,
            1,
            "9b84d64a-2f46-500e-821b-83c9a9c541f3"));
  }

  private static RetrainCommand.Cause cause(
      RetrainCommand.Action action,
      RetrainCommand.ReasonClass reasonClass,
      int attempt,
      String target) {
    return new RetrainCommand.Cause(
        "late-arrival", "v2", action, reasonClass, EPISODE, attempt, target);
  }

  private static RetrainCommand minimal(RetrainCommand.Cause cause) {
    return new RetrainCommand(
        cause,
        urgency(0),
        RetrainCommand.Mode.AUTO,
        0,
        0,
        null,
        null,
        0,
        evidence(),
        48.5,
        983428200000L,
        RetrainCommand.NEVER);
  }

  private static RetrainCommand.Urgency urgency(int priority) {
    return new RetrainCommand.Urgency(1, 0.82, RetrainCommand.SeverityClass.HIGH, priority);
  }

  private static byte[] evidence() {
    return "{\"score\":0.82,\"signals\":[{\"name\":\"DATA_DRIFT\",\"severity\":0.82}],\"note\":\"ü\"}"
        .getBytes(StandardCharsets.UTF_8);
  }
}
