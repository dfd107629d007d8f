package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.demo.train.LogisticModel;
import dev.runway.model.PerformanceReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
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
   * As many as the offline gate asks at least: a version that is not shown to be worse by then
   * takes over.
   */
  private static final int SETTLE_AT = OfflineGate.LEAST_CASES;

  /**
   * On some dozen cases a difference shows that is as large as the loss itself; an hour of the act
   * stands for days and months, so no time has to pass beside.
   */
  private static final String TERMS =
      "&effect_percent=100&min_hours=0&min_labels=" + SETTLE_AT + "&settle_at=" + SETTLE_AT;

  /** Waits, while what is said on the topics is heard. */
  interface Wait {
    void until(String what, BooleanSupplier done) throws IOException, InterruptedException;
  }

  /** Whom it asks and tells. */
  record Office(ControlClient api, Registry registry, ModelStore store, ModelServer server) {}

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
   * Asks the gate about a model's canary, if labels of it have become final, and does what it says.
   *
   * @param nowMillis in the time of the act
   */
  void judge(LoopModel model, long nowMillis, Wait wait) throws IOException, InterruptedException {
    CanaryTrial trial = open.get(model.id());
    List<Long> windows = trial == null ? List.of() : finalWindows(trial, model, nowMillis);
    if (trial == null || windows.isEmpty()) {
      return;
    }
    CanaryTrial answered = trial.answered(answer(trial, windows, wait));
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

  private JsonNode answer(CanaryTrial trial, List<Long> windows, Wait wait)
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
          Counts expected = expected(trial, windows);
          if (expected == null) {
            return false;
          }
          answer[0] = ask(question);
          return expected.equals(Counts.of(answer[0]));
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

  /** Predictions and labels of both. */
  private record Counts(
      long challenged, long challengerLabels, long championed, long championLabels) {
    static Counts of(JsonNode answer) {
      JsonNode challenger = answer.path("arms").path(0);
      JsonNode champion = answer.path("arms").path(1);
      return new Counts(
          challenger.path("predictions").asLong(),
          challenger.path("labels").asLong(),
          champion.path("predictions").asLong(),
          champion.path("labels").asLong());
    }
  }

  /** What was played, and its labels as they were said on the topic; null while some are due. */
  private @Nullable Counts expected(CanaryTrial trial, List<Long> windows) {
    long challenged = 0;
    long challengerLabels = 0;
    long championed = 0;
    long championLabels = 0;
    for (long end : windows) {
      int tried = play.tried(trial.modelId(), trial.version(), TrafficSplit.CHALLENGER, end);
      int beside = play.tried(trial.modelId(), trial.champion(), TrafficSplit.CHAMPION, end);
      Long itsLabels = labels(trial.modelId(), trial.version(), PerformanceReading.ALL, end, tried);
      Long otherLabels =
          labels(trial.modelId(), trial.champion(), TrafficSplit.CHAMPION_ARM, end, beside);
      if (itsLabels == null || otherLabels == null) {
        return null;
      }
      challenged += tried;
      championed += beside;
      // The gate takes a window of both or of none.
      if (itsLabels > 0 && otherLabels > 0) {
        challengerLabels += itsLabels;
        championLabels += otherLabels;
      }
    }
    return new Counts(challenged, challengerLabels, championed, championLabels);
  }

  private @Nullable Long labels(
      String modelId, String version, String variant, long end, int predictions) {
    return predictions == 0
        ? Long.valueOf(0)
        : state.labels(new LoopState.Window(modelId, version, end), variant);
  }

  /**
   * What no gate before has seen: somebody has a version trained on labels the wrong way round, and
   * puts it on canary by hand.
   */
  void plant(LoopModel model) throws IOException, InterruptedException {
    List<LabelledRow> rows = new ArrayList<>();
    for (LoopCase each : model.past()) {
      rows.add(new LabelledRow(each.atMillis(), each.segment(), each.features(), !each.positive()));
    }
    LogisticModel wrong = Trainer.fit(rows, model.training().penalty());
    String version = office.registry().nextVersion(model.id());
    URI artefact = office.store().keep(model.id(), version, wrong);
    office
        .registry()
        .register(
            model.id(),
            version,
            new Registry.Trained(wrong, artefact),
            null,
            rows,
            Map.of("training_cases", (double) rows.size()));
    office.registry().openCanary(model.id(), version, model.training().share());
    news.say(
        model.id(),
        "somebody puts version %s on canary by hand, trained on labels the wrong way round"
            .formatted(version));
    outcome.planted = version;
  }
}
