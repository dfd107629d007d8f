package dev.runway.demo.loop;

import dev.runway.model.Decision;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.Maturity;
import dev.runway.model.ModelState;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Action;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.RetrainCommand.ReasonClass;
import dev.runway.model.RetrainCommand.SeverityClass;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.model.Task;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Runway says, as little of it as the act looks at. */
final class Said {
  private Said() {}

  static Staleness staleness(String modelId, String version, ModelState now, long at) {
    return new Staleness(
        modelId,
        version,
        now,
        ModelState.HEALTHY,
        at,
        "e",
        0.9,
        1,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        at,
        1,
        1,
        "demo",
        at,
        false);
  }

  static Decision decision(
      String modelId, String version, Verdict verdict, long at, @Nullable String command) {
    return decision(modelId, version, verdict, null, at, command);
  }

  /** A training that is wanted, and not commanded. */
  static Decision held(String modelId, String version, Hold hold, long at) {
    return decision(modelId, version, Verdict.RETRAIN, hold, at, null);
  }

  private static Decision decision(
      String modelId,
      String version,
      Verdict verdict,
      @Nullable Hold hold,
      long at,
      @Nullable String command) {
    return new Decision(
        modelId,
        version,
        verdict,
        Mode.AUTO,
        hold,
        null,
        ModelState.STALE,
        ModelState.STALE,
        "e",
        0.9,
        SeverityClass.HIGH,
        1,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        "{}".getBytes(StandardCharsets.UTF_8),
        "so",
        "hash",
        command,
        at,
        1,
        "demo",
        at);
  }

  static RetrainCommand command(String modelId, Action action, long at) {
    return command(modelId, "1", action, at);
  }

  static RetrainCommand command(String modelId, String version, Action action, long at) {
    return new RetrainCommand(
        new RetrainCommand.Cause(
            modelId,
            version,
            action,
            ReasonClass.DRIFT,
            "e",
            1,
            action == Action.ROLLBACK ? "0" : null),
        new RetrainCommand.Urgency(1, 0.9, SeverityClass.HIGH, 0),
        Mode.AUTO,
        0,
        0,
        null,
        null,
        0,
        "{}".getBytes(StandardCharsets.UTF_8),
        50,
        at,
        RetrainCommand.NEVER);
  }

  /** Of the first hour, with seven labels. */
  static PerformanceReading performance(
      String modelId,
      String version,
      String variant,
      Maturity maturity,
      @Nullable Double standardError) {
    return new PerformanceReading(
        modelId,
        version,
        PerformanceReading.ALL,
        variant,
        0,
        TimeLapse.STEP.toMillis(),
        1,
        maturity,
        Task.BINARY,
        false,
        new PerformanceReading.Coverage(7, 7, 0, 0, 0, 0, 7, 7, 1.0, 1.0, 1.0),
        new PerformanceReading.Delay(7, 0, null, null, null, null, 0.01),
        List.of(
            new PerformanceReading.Metric(
                "log_loss", 0.5, null, null, standardError, null, null, 7, 7)),
        new byte[0],
        new byte[0]);
  }

  static RetrainStatus status(
      RetrainCommand command, State state, long revision, @Nullable String version) {
    return new RetrainStatus(
        command.commandId().toString(),
        command.cause().modelId(),
        command.cause().modelVersion(),
        state,
        revision,
        command.issuedAtMillis(),
        null,
        version,
        Double.NaN);
  }
}
