package dev.runway.tables;

import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.SignalPart;
import dev.runway.model.Staleness;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** States and decisions of the tests. */
final class States {
  private static final long WINDOW_END = 983_408_400_000L; // 2001-03-01T01:00:00Z
  private static final List<SignalPart> PARTS =
      List.of(new SignalPart(SignalPart.Signal.AGE, 0.75, null, 1.5, 1.0, 2.0, WINDOW_END));

  private States() {}

  static Staleness staleness(String model, ModelState state, int revision) {
    return new Staleness(
        model,
        "v1",
        state,
        ModelState.AT_RISK,
        WINDOW_END,
        model + "/v1/" + WINDOW_END,
        0.75,
        0.65,
        PARTS,
        List.of(SignalPart.Signal.PERFORMANCE),
        List.of("age"),
        null,
        "strict",
        4,
        WINDOW_END,
        WINDOW_END + revision,
        1,
        "flights",
        WINDOW_END + revision,
        false);
  }

  static Decision decision(String model, int tick) {
    return new Decision(
        model,
        "v1",
        Decision.Verdict.RETRAIN,
        RetrainCommand.Mode.AUTO,
        Decision.Hold.COOL_DOWN,
        null,
        ModelState.AT_RISK,
        ModelState.STALE,
        model + "/v1/" + WINDOW_END,
        0.75,
        RetrainCommand.SeverityClass.MEDIUM,
        0.65,
        PARTS,
        List.of(SignalPart.Signal.PERFORMANCE),
        List.of("age"),
        "b-1",
        null,
        0,
        "{\"tick\": %d}".formatted(tick).getBytes(StandardCharsets.UTF_8),
        "it waits",
        "0".repeat(64),
        null,
        WINDOW_END,
        1,
        null,
        WINDOW_END);
  }
}
