package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.Fusion;
import dev.runway.model.Decision.Hold;
import dev.runway.model.Decision.Verdict;
import dev.runway.model.Limits;
import dev.runway.model.RetrainCommand.Mode;
import dev.runway.model.SignalPart;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Suspension;
import dev.runway.policy.RetrainPolicy;
import dev.runway.retraintrigger.decision.LabelJudge.Comparison;
import dev.runway.retraintrigger.signal.DataFault;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.signal.SignalBoard;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A decision in words: what is known, what follows from it, and what holds it back. */
final class Explanation {
  private final DecisionInputs inputs;
  private final ModelFacts facts;
  private final VersionFile file;
  private final SignalBoard board;
  private final Fusion fused;
  private final List<String> broken;
  private final @Nullable RetrainPolicy policy;
  private final boolean objected;

  Explanation(
      DecisionInputs inputs,
      ModelFacts facts,
      VersionFile file,
      SignalBoard board,
      Fusion fused,
      List<String> broken,
      @Nullable RetrainPolicy policy,
      boolean objected) {
    this.inputs = inputs;
    this.facts = facts;
    this.file = file;
    this.board = board;
    this.fused = fused;
    this.broken = broken;
    this.policy = policy;
    this.objected = objected;
  }

  String of(
      Verdict verdict,
      @Nullable Hold hold,
      boolean again,
      Mode mode,
      @Nullable Double score,
      @Nullable Comparison rollback) {
    List<String> sentences = new ArrayList<>();
    sentences.add(state(score));
    String down = inputs.around().downSource();
    if (down != null && file.suspension == Suspension.SOURCE_DOWN) {
      sentences.add(down);
    }
    for (SignalPart part : board.parts()) {
      sentences.add(part(part));
    }
    if (!board.missing().isEmpty()) {
      sentences.add("Not known: " + String.join(", ", names(board.missing())));
    }
    sentences.addAll(verdict(verdict, rollback));
    if (objected) {
      sentences.add("A person has ended the rollback, so a retrain is not without being asked");
    }
    if (hold != null) {
      sentences.add("It is held: " + words(hold));
    } else if (verdict.commands()) {
      sentences.add(
          again
              ? "The command is sent again, for the ledger has not answered it"
              : "A command is sent, mode " + mode);
    }
    sentences.addAll(broken);
    String text = storable(String.join(". ", sentences) + ".");
    return text.length() <= Limits.MAX_EXPLANATION
        ? text
        : text.substring(0, Limits.MAX_EXPLANATION - 3) + "...";
  }

  /** Messages of a compiler have lines, and texts of users may have halves of characters. */
  private static String storable(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                clean.appendCodePoint(
                    Character.isISOControl(c)
                            || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                        ? ' '
                        : c));
    return clean.toString();
  }

  private String state(@Nullable Double score) {
    String state = inputs.version() + " is " + file.state;
    if (file.suspension != null) {
      state += " (" + file.suspension + ")";
    }
    return score == null
        ? state + ", and nothing is decided"
        : String.format(
            Locale.ROOT, "%s with a score of %.2f, tier %d", state, score, facts.tier());
  }

  private static String part(SignalPart part) {
    String severity =
        String.format(Locale.ROOT, "%s has severity %.2f", part.signal(), part.severity());
    if (part.value() == null) {
      return part.metric() == null ? severity : severity + " (" + part.metric() + ")";
    }
    return String.format(
        Locale.ROOT,
        "%s (%s %.4g, warning from %.4g, critical from %.4g)",
        severity,
        part.metric() == null ? "value" : part.metric(),
        part.value(),
        part.warn(),
        part.critical());
  }

  private static List<String> names(List<Signal> signals) {
    return signals.stream().map(Enum::name).toList();
  }

  private List<String> verdict(Verdict verdict, @Nullable Comparison rollback) {
    return switch (verdict) {
      case NONE -> List.of("Nothing is to be done");
      case RETRAIN ->
          List.of(
              policy == null
                  ? "It is to be retrained"
                  : "It is to be retrained by policy " + policy.name());
      case WAIT_LABELS ->
          List.of(
              "Labels are due that say whether the drift matters, and the policy waits for them");
      case ROLLBACK ->
          List.of(
              rollback == null
                  ? "It is worse than the version before"
                  : String.format(
                      Locale.ROOT,
                      "It is younger than a day and worse than the version before: %s by %.4g, p %.2g",
                      rollback.metric(),
                      rollback.worsening(),
                      rollback.p()));
      case INVESTIGATE_DATA -> faults();
    };
  }

  private List<String> faults() {
    List<String> sentences = new ArrayList<>();
    sentences.add("It looks like a fault of the data, so it is not trained on them");
    Observation drift = board.observation(Signal.DATA_DRIFT);
    if (drift != null) {
      drift.faults().stream().limit(5).map(DataFault::words).forEach(sentences::add);
    }
    String source = inputs.around().sourceFault();
    if (source != null) {
      sentences.add(source);
    }
    return sentences;
  }

  private String words(Hold hold) {
    return switch (hold) {
      case COVERAGE ->
          String.format(
              Locale.ROOT,
              "the signals that are there weigh %.2f of the %.2f that are needed",
              fused.coverage(),
              inputs.settings().minWeight());
      case CONDITION -> "no policy of the model asks for it";
      case PROVISIONAL ->
          mayBeASeason()
              ? "its features may be in a season, for the version has no week behind it, and nothing"
                  + " else speaks for it"
              : "all that speaks for it was measured against live traffic";
      case OUTSTANDING ->
          file.looksAgain
              ? "it leaves in some minutes, unless many others have become stale as well"
              : "a command of the model waits or runs";
      case COOL_DOWN -> "a command of the model was sent a short time ago";
      case DAILY_LIMIT -> "the policy allows no more today";
      case ATTEMPTS -> "what was asked for was refused or has failed, and nothing has become worse";
      case ATTRIBUTED ->
          "it comes from " + inputs.around().attributedTo() + ", which is retrained or settles";
      case GENERATION -> "retrains upstream have led to retrains often enough";
      case STORM -> inputs.around().storm() + ", and a person has to look";
      case KILL_SWITCH -> "somebody has switched commands off";
    };
  }

  /**
   * Against training data it is measured all the same: what is provisional about it is its youth.
   */
  private boolean mayBeASeason() {
    Observation drift = board.observation(Signal.DATA_DRIFT);
    return drift != null
        && board.severity(Signal.DATA_DRIFT) >= 0.5
        && drift.provisional()
        && file.trainedToMillis != 0
        && !drift.profileId().startsWith("provisional-");
  }
}
