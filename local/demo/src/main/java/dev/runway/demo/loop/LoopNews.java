package dev.runway.demo.loop;

import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happens, in a line each, with the date that it has in the model's sample. */
final class LoopNews {
  /**
   * Something that happened to a model, for the summary.
   *
   * @param date in the model's sample
   */
  record Event(String modelId, String date, String what) {}

  private final Map<String, LoopModel> models = new HashMap<>();
  private final Consumer<String> out;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, String> saidOf = new HashMap<>();
  private long nowMillis;

  LoopNews(List<LoopModel> models, Consumer<String> out) {
    models.forEach(model -> this.models.put(model.id(), model));
    this.out = out;
  }

  /** It is now so late in the act. */
  void now(long millis) {
    nowMillis = millis;
  }

  /** Says a line about a model. */
  void say(String modelId, String what) {
    LoopModel model = models.get(modelId);
    String date = model == null ? "" : model.date(nowMillis);
    events.add(new Event(modelId, date, what));
    out.accept(String.format(Locale.ROOT, "  %s  %-13s  %s", date, modelId, what));
  }

  /** Says a line about all of them. */
  void line(String what) {
    out.accept(what);
  }

  List<Event> events() {
    return events;
  }

  void state(@Nullable Staleness before, Staleness now) {
    boolean same =
        before != null
            && before.state() == now.state()
            && before.modelVersion().equals(now.modelVersion());
    if (!same) {
      String score =
          now.score() == null ? "" : String.format(Locale.ROOT, ", score %.2f", now.score());
      say(now.modelId(), "version " + now.modelVersion() + " is " + now.state() + score);
    }
  }

  void decision(Decision decision) {
    if (decision.verdict() == Decision.Verdict.NONE) {
      return;
    }
    String hold = decision.hold() == null ? "" : ", held: " + decision.hold();
    String upstream =
        decision.attributedTo() == null ? "" : ", attributed to " + decision.attributedTo();
    String what = decision.verdict() + hold + upstream;
    // The same is decided again with each window.
    String key = decision.episode() + what;
    if (!key.equals(saidOf.put(decision.modelId(), key))) {
      String features =
          decision.features().isEmpty() ? "" : " (" + String.join(", ", first(decision)) + ")";
      say(decision.modelId(), what + features);
    }
  }

  private static List<String> first(Decision decision) {
    return decision.features().subList(0, Math.min(3, decision.features().size()));
  }

  void command(RetrainCommand command) {
    String wave = command.wave() > 0 ? ", wave " + command.wave() : "";
    say(
        command.cause().modelId(),
        "command: " + command.cause().action() + " by " + command.cause().reasonClass() + wave);
  }

  void status(RetrainStatus status) {
    switch (status.state()) {
      case ACCEPTED, SUBMITTED, RUNNING -> {
        // On its way; the end says what came of it.
      }
      default -> {
        String reason = status.reason() == null ? "" : ": " + status.reason();
        String version = status.newVersion() == null ? "" : ", version " + status.newVersion();
        say(status.modelId(), "ledger: " + status.state() + version + reason);
      }
    }
  }

  void dead(DeadLetter letter) {
    out.accept(
        "  dead letter: " + letter.reason() + " " + letter.field() + ", from " + letter.topic());
  }
}
