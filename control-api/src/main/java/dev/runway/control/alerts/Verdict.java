package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.Decision;
import dev.runway.model.SignalPart;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one event says about the alerts of a version.
 *
 * @param found what is wrong
 * @param over rules by which nothing is wrong any more; about the others it says nothing
 */
record Verdict(List<Finding> found, Set<Rule> over) {
  /** What only a person can let go. */
  private static final Set<Decision.Hold> WAITS_FOR_A_PERSON =
      Set.copyOf(
          EnumSet.of(
              Decision.Hold.ATTEMPTS,
              Decision.Hold.ATTRIBUTED,
              Decision.Hold.GENERATION,
              Decision.Hold.STORM));

  /** What a state says: a version in training is stale until the next one is better. */
  static Verdict of(Staleness reading) {
    return switch (reading.state()) {
      case STALE -> found(reading, Rule.MODEL_STALE);
      case SUSPENDED -> found(reading, Rule.MODEL_SUSPENDED);
      case NO_DATA -> found(reading, Rule.MODEL_SILENT);
      case RETRAINING ->
          new Verdict(List.of(), EnumSet.of(Rule.MODEL_SUSPENDED, Rule.MODEL_SILENT));
      case WARMING, HEALTHY, AT_RISK -> new Verdict(List.of(), Rule.OF_STATES);
      case DEPRECATED, RETIRED -> new Verdict(List.of(), Rule.OF_VERSIONS);
    };
  }

  private static Verdict found(Staleness reading, Rule rule) {
    EnumSet<Rule> over = EnumSet.copyOf(Rule.OF_STATES);
    over.remove(rule);
    // Of a version that is silent or suspended nobody knows whether it is still stale.
    over.remove(Rule.MODEL_STALE);
    if (reading.suspension() == Suspension.SOURCE_DOWN) {
      over.remove(Rule.MODEL_SILENT); // That says why it does not predict, and it still does not.
    }
    return new Verdict(
        List.of(
            new Finding(
                rule,
                reading.modelId(),
                reading.modelVersion(),
                occurrence(rule, reading),
                reading.team(),
                reading.tier(),
                summary(reading),
                details(reading))),
        over);
  }

  private static String occurrence(Rule rule, Staleness reading) {
    if (rule == Rule.MODEL_STALE && reading.episode() != null) {
      return reading.episode();
    }
    return Long.toString(rule == Rule.MODEL_SILENT ? silentSince(reading) : reading.sinceMillis());
  }

  /** What it is found to be in between, such as without its source, is no end of a silence. */
  private static long silentSince(Staleness reading) {
    long until = reading.predictedUntilMillis();
    return until == 0 ? reading.sinceMillis() : until;
  }

  private static String summary(Staleness reading) {
    String who = reading.modelId() + " " + reading.modelVersion();
    return switch (reading.state()) {
      case SUSPENDED ->
          who
              + " is not judged"
              + (reading.suspension() == null ? "" : ": " + reading.suspension());
      case NO_DATA -> who + " has not predicted since " + instant(silentSince(reading));
      default -> {
        Double score = reading.score();
        String by = score == null ? "" : String.format(Locale.ROOT, ", score %.2f", score);
        String features =
            reading.features().isEmpty() ? "" : ": " + String.join(", ", reading.features());
        yield who + " is stale" + by + features;
      }
    };
  }

  private static ObjectNode details(Staleness reading) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("state", reading.state().name()).put("since", instant(reading.sinceMillis()));
    put(details, "episode", reading.episode());
    common(details, reading.score(), reading.coverage(), reading.parts(), reading.features());
    texts(details, "missing", reading.missing());
    put(details, "suspension", reading.suspension());
    put(details, "policy", reading.policy());
    return details.put("window_end", instant(reading.windowEndMillis()));
  }

  /** What a decision says: it is the newest word on everything that decisions are about. */
  static Verdict of(Decision decision) {
    List<Finding> found = new ArrayList<>();
    String who = decision.modelId() + " " + decision.modelVersion();
    switch (decision.verdict()) {
      case INVESTIGATE_DATA ->
          found.add(
              finding(decision, Rule.DATA_SUSPECT, who + " drifts as if its data were at fault"));
      case ROLLBACK ->
          found.add(
              finding(decision, Rule.VERSION_WORSE, who + " is worse than the version before"));
      case NONE, RETRAIN, WAIT_LABELS -> {
        // Nothing that the alert of its state, or of its command, does not say.
      }
    }
    Decision.Hold hold = decision.hold();
    if (hold != null && decision.verdict().commands() && WAITS_FOR_A_PERSON.contains(hold)) {
      found.add(
          finding(
              decision,
              Rule.RETRAIN_HELD,
              who + " is not retrained until somebody asks for it: " + hold));
    }
    EnumSet<Rule> over = EnumSet.copyOf(Rule.OF_DECISIONS);
    found.forEach(finding -> over.remove(finding.rule()));
    return new Verdict(found, over);
  }

  private static Finding finding(Decision decision, Rule rule, String summary) {
    String occurrence = decision.episode() == null ? decision.id().toString() : decision.episode();
    return new Finding(
        rule,
        decision.modelId(),
        decision.modelVersion(),
        occurrence,
        decision.team(),
        decision.tier(),
        summary,
        details(decision));
  }

  private static ObjectNode details(Decision decision) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("decision_id", decision.id().toString());
    details.put("verdict", decision.verdict().name()).put("mode", decision.mode().name());
    put(details, "hold", decision.hold());
    put(details, "attributed_to", decision.attributedTo());
    put(details, "episode", decision.episode());
    put(details, "command_id", decision.commandId());
    details.put("explanation", decision.explanation());
    common(details, decision.score(), decision.coverage(), decision.parts(), decision.features());
    return details.put("window_end", instant(decision.windowEndMillis()));
  }

  private static void common(
      ObjectNode details,
      @Nullable Double score,
      double coverage,
      List<SignalPart> parts,
      List<String> features) {
    if (score != null) {
      details.put("score", score);
    }
    details.put("coverage", coverage);
    texts(details, "signals", parts.stream().map(SignalPart::signal).distinct().toList());
    texts(details, "features", features);
  }

  private static void texts(ObjectNode details, String name, Collection<?> values) {
    if (!values.isEmpty()) {
      ArrayNode texts = details.putArray(name);
      values.forEach(value -> texts.add(value.toString()));
    }
  }

  private static void put(ObjectNode details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value.toString());
    }
  }

  private static String instant(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
