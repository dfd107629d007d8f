package dev.runway.control.alerts;

import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.SignalPart;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** States and decisions as retrain-trigger writes them. */
public final class Events {
  private static final long START = Instant.parse("2026-11-26T12:00:00Z").toEpochMilli();
  private static final long WINDOW = 600_000;

  private Events() {}

  /**
   * A state of version 2.1.0 of a model of tier 2.
   *
   * @param revision of which the window and the times are made
   * @param episode null outside of one
   */
  public static Staleness state(String model, ModelState state, long revision, String episode) {
    return state(model, state, revision, episode, 2);
  }

  static Staleness state(String model, ModelState state, long revision, String episode, int tier) {
    Suspension why = state == ModelState.SUSPENDED ? Suspension.INPUT_LAG : null;
    return state(model, state, why, revision, episode, tier, 0);
  }

  /** Of a version that has predicted nothing since an hour before the first window. */
  static Staleness silent(ModelState state, Suspension why, long revision) {
    return state("m", state, why, revision, null, 2, START - 6 * WINDOW);
  }

  private static Staleness state(
      String model,
      ModelState state,
      Suspension why,
      long revision,
      String episode,
      int tier,
      long predictedUntil) {
    return new Staleness(
        model,
        "2.1.0",
        state,
        ModelState.HEALTHY,
        START + revision * WINDOW,
        episode,
        state == ModelState.NO_DATA ? null : 0.7234,
        0.65,
        List.of(new SignalPart(SignalPart.Signal.DATA_DRIFT, 0.8, "psi", 0.31, 0.2, 0.4, START)),
        List.of(SignalPart.Signal.PERFORMANCE),
        List.of("user_age_days", "clicks<7d>&more"),
        why,
        "ranker-drift",
        3,
        START + revision * WINDOW,
        revision,
        tier,
        "ranking",
        START + revision * WINDOW + 1_000,
        false,
        predictedUntil);
  }

  /** A decision about the same version. */
  public static Decision decision(
      String model, Decision.Verdict verdict, Decision.Hold hold, long window, String episode) {
    return decision(model, verdict, hold, window, episode, window);
  }

  /**
   * The same, when windows wait.
   *
   * @param tick the window at whose end it was decided
   */
  public static Decision decision(
      String model,
      Decision.Verdict verdict,
      Decision.Hold hold,
      long window,
      String episode,
      long tick) {
    return new Decision(
        model,
        "2.1.0",
        verdict,
        RetrainCommand.Mode.AUTO,
        hold,
        hold == Decision.Hold.ATTRIBUTED ? "upstream" : null,
        ModelState.STALE,
        ModelState.STALE,
        episode,
        0.7,
        RetrainCommand.SeverityClass.HIGH,
        0.65,
        List.of(),
        List.of(),
        List.of("user_age_days"),
        "p-20261101",
        "ranker-drift",
        3,
        "{}".getBytes(StandardCharsets.UTF_8),
        "It is stale because of user_age_days.",
        "0".repeat(64),
        null,
        START + window * WINDOW,
        2,
        "ranking",
        START + tick * WINDOW + 1_000);
  }
}
