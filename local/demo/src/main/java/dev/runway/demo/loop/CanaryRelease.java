package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The release process of the act: asks Runway's canary gate about what is on trial, and has it take
 * over or takes it back, as the gate says.
 *
 * <p>The gate reads tables, which are written behind the topics. So it is asked until it has
 * counted what was played and was said on the topics: its answer is then the same on any machine.
 */
final class CanaryRelease {
  /**
   * Labels of the canary by which it takes over if it was not shown to be worse. The gate says
   * nothing of fewer of either version, so it is not asked before both have them.
   */
  static final int SETTLE_AT = 30;

  /**
   * On some dozen cases a difference shows that is as large as the loss itself; an hour of the act
   * stands for days and months, so no time has to pass beside.
   */
  private static final String TERMS =
      "&effect_percent=100&min_hours=0&min_labels=" + SETTLE_AT + "&settle_at=" + SETTLE_AT;

  /** Whom it asks and tells. */
  record Office(ControlClient api, Registry registry, ModelServer server) {}

  private final Office office;
  private final LoopPlay play;
  private final LoopState state;
  private final LoopNews news;
  private final LoopOutcome outcome;
  private final Map<String, CanaryTrial> open = new HashMap<>();

  CanaryRelease(Office office, LoopPlay play, LoopState state, LoopNews news, LoopOutcome outcome) {
    this.office = office;
    this.play = play;
    this.state = state;
    this.news = news;
    this.outcome = outcome;
  }

  /** Notes what the server has begun to try, and tells of it. */
  void follow(LoopModel model, long nowMillis) {
    ModelServer.Trial trial = office.server().trial(model.id());
    CanaryTrial known = open.get(model.id());
    if (known != null && (trial == null || !trial.version().equals(known.version()))) {
      // A way back has ended it: nothing is left to decide.
      outcome.canaries.set(outcome.canaries.indexOf(known), end(known, nowMillis));
      known = null;
    }
    if (trial == null || known != null) {
      return;
    }
    CanaryTrial begun =
        CanaryTrial.begun(
            model.id(),
            trial.version(),
            office.server().version(model.id()),
            trial.share(),
            nowMillis);
    open.put(model.id(), begun);
    outcome.canaries.add(begun);
    news.say(
        model.id(),
        String.format(
            Locale.ROOT,
            "canary: version %s answers %.0f %% of the cases, version %s the others",
            begun.version(),
            100 * begun.share(),
            begun.champion()));
  }

  /**
   * Asks the gate about a model's canary, if enough of its labels have become final, and does what
   * it says.
   *
   * @param nowMillis in the time of the act
   * @param last whether it is asked for the last time, and has to say what it knows
   */
  void judge(LoopModel model, long nowMillis, boolean last, Wait wait)
      throws IOException, InterruptedException {
    CanaryTrial trial = open.get(model.id());
    List<Long> windows = trial == null ? List.of() : finalWindows(trial, model, nowMillis);
    if (trial == null || windows.isEmpty()) {
      return;
    }
    wait.until("final labels of a canary", () -> expected(trial, windows) != null);
    CanaryCounts counts = Objects.requireNonNull(expected(trial, windows));
    if (!last && counts.labels() < SETTLE_AT) {
      return;
    }
    CanaryTrial answered = trial.answered(answer(trial, windows, counts, wait));
    switch (answered.verdict()) {
      case "PROMOTE" -> {
        news.say(
            model.id(),
            "canary gate: version %s takes over, %s"
                .formatted(answered.version(), answered.words()));
        office.registry().promote(model.id(), answered.version(), answered.words());
        office.server().refresh(model.id());
        answered = end(answered, nowMillis);
      }
      case "TAKE_BACK", "INVALID" -> {
        news.say(
            model.id(),
            "canary gate: version %s is taken back, %s"
                .formatted(answered.version(), answered.words()));
        office.registry().takeBack(model.id(), answered.words());
        office.server().refresh(model.id());
        answered = end(answered, nowMillis);
      }
      default -> open.put(model.id(), answered);
    }
    outcome.canaries.set(outcome.canaries.indexOf(trial), answered);
  }

  private CanaryTrial end(CanaryTrial trial, long nowMillis) {
    open.remove(trial.modelId());
    return trial.ended(nowMillis);
  }

  /** Ends of windows since the trial began whose labels are final by now. */
  private static List<Long> finalWindows(CanaryTrial trial, LoopModel model, long nowMillis) {
    List<Long> windows = new ArrayList<>();
    long step = TimeLapse.STEP.toMillis();
    for (long end = HeldWindows.newestBy(trial.beganAtMillis()) + step;
        end + model.horizon().toMillis() < nowMillis;
        end += step) {
      windows.add(end);
    }
    return windows;
  }

  private @Nullable CanaryCounts expected(CanaryTrial trial, List<Long> windows) {
    return CanaryCounts.expected(trial, windows, play::tried, state);
  }

  private JsonNode answer(CanaryTrial trial, List<Long> windows, CanaryCounts counts, Wait wait)
      throws IOException, InterruptedException {
    long from = windows.get(0) - TimeLapse.STEP.toMillis();
    long to = windows.get(windows.size() - 1);
    String question =
        Registry.path(trial.modelId())
            + "/versions/%s/canary?champion_variant=%s&from=%s&to=%s"
                .formatted(
                    trial.version(),
                    TrafficSplit.CHAMPION_ARM,
                    Instant.ofEpochMilli(from),
                    Instant.ofEpochMilli(to))
            + TERMS;
    JsonNode[] answer = new JsonNode[1];
    wait.until(
        "what the tables have of a canary",
        () -> {
          answer[0] = ask(question);
          return counts.equals(CanaryCounts.of(answer[0]));
        });
    return Objects.requireNonNull(answer[0]);
  }

  private JsonNode ask(String question) {
    try {
      return office.api().get(question);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the canary gate was asked", e);
    }
  }
}
