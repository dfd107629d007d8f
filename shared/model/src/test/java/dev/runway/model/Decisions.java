package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** States and decisions of the golden files. */
final class Decisions {
  private static final List<SignalPart> PARTS =
      List.of(
          new SignalPart(SignalPart.Signal.DATA_DRIFT, 0.75, null, null, null, null, 983428200000L),
          new SignalPart(
              SignalPart.Signal.PERFORMANCE, 0.625, "log_loss", 0.0475, 0.03, 0.1, 983421000000L));

  private Decisions() {}

  static Staleness staleness() {
    return staleness(false);
  }

  static Staleness staleness(boolean secondary) {
    return staleness(Suspension.COVERAGE_FLOOR, secondary, 0);
  }

  /** Of a version that has predicted nothing for an hour. */
  static Staleness sourceDown() {
    return staleness(Suspension.SOURCE_DOWN, false, 983424600000L);
  }

  private static Staleness staleness(
      Suspension suspension, boolean secondary, long predictedUntil) {
    return new Staleness(
        "late-arrival",
        "v2",
        ModelState.SUSPENDED,
        ModelState.STALE,
        983427600000L,
        "late-arrival/v2/983420000000",
        0.65625,
        0.75,
        PARTS,
        List.of(SignalPart.Signal.CONCEPT_DRIFT),
        List.of("delay_minutes", "$score"),
        suspension,
        "strict",
        4,
        983428200000L,
        12,
        1,
        "flights",
        983428500000L,
        secondary,
        predictedUntil);
  }

  static Decision rollback() {
    return of(Decision.Verdict.ROLLBACK, null, "weather", "2f0d4481-056e-5f3f-a3b3-6d1b96d68873");
  }

  static Decision held() {
    return of(Decision.Verdict.RETRAIN, Decision.Hold.COOL_DOWN, null, null);
  }

  private static Decision of(
      Decision.Verdict verdict,
      Decision.@Nullable Hold hold,
      @Nullable String attributedTo,
      @Nullable String commandId) {
    return new Decision(
        "late-arrival",
        "v2",
        verdict,
        RetrainCommand.Mode.APPROVE,
        hold,
        attributedTo,
        ModelState.AT_RISK,
        ModelState.STALE,
        "late-arrival/v2/983428200000",
        0.65625,
        RetrainCommand.SeverityClass.MEDIUM,
        0.75,
        PARTS,
        List.of(SignalPart.Signal.CONCEPT_DRIFT),
        List.of("delay_minutes", "$score"),
        "b-2",
        "strict",
        4,
        "{\"tick\":983428500000,\"note\":\"ü\"}".getBytes(StandardCharsets.UTF_8),
        "v2 is worse than v1: log_loss by 0.0475.",
        "0123456789abcdef".repeat(4),
        commandId,
        983428200000L,
        1,
        "flights",
        983428500000L);
  }
}
