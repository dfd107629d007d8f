package dev.runway.backtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.backtest.ReleaseForecast.Cause;
import dev.runway.backtest.ReleaseForecast.Outlook;
import dev.runway.backtest.ReleaseForecast.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A forecast as people read it, and as programs do. */
final class ReleaseReport {
  private final StoredFleet fleet;
  private final Outlook outlook;

  ReleaseReport(StoredFleet fleet, Outlook outlook) {
    this.fleet = fleet;
    this.outlook = outlook;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    if (outlook.steps().isEmpty()) {
      lines.add("nothing uses " + outlook.model() + ": a release of it touches no other model");
      return lines;
    }
    lines.add("A release of " + outlook.model() + ", if all that use it drift by it:");
    lines.add("");
    lines.add(
        row("wave", "model", "drift is ATTRIBUTED to", "until", "then", "new version", "cost"));
    for (Step step : outlook.steps()) {
      lines.add(
          row(
              step.wave(),
              step.modelId(),
              causes(step),
              after(step.settledMillis()) + (step.retrain().horizonKnown() ? "" : "?"),
              step.retrains() ? "retrain, generation " + step.generation() : "GENERATION: a person",
              step.retrains() ? after(step.deployedMillis()) : "",
              step.retrains() ? String.format(Locale.ROOT, "$%.2f", step.retrain().cost()) : ""));
    }
    lines.add("");
    long retrained = outlook.steps().stream().filter(Step::retrains).count();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d of %d models below are retrained, for $%.2f; the last is there after %s at the"
                + " earliest",
            retrained,
            outlook.steps().size(),
            outlook.cost(),
            words(outlook.endMillis())));
    notes(lines);
    return lines;
  }

  private void notes(List<String> lines) {
    for (int wave : outlook.storms()) {
      lines.add(
          "wave %d is so wide that, stale at once, it is a storm: no command leaves then"
              .formatted(wave));
    }
    if (outlook.steps().stream().anyMatch(step -> !step.retrain().horizonKnown())) {
      lines.add("? no decision says how long its labels take: it may settle later");
    }
  }

  /** In the order of their releases; how it uses them, where it does so itself. */
  private String causes(Step step) {
    List<String> causes = new ArrayList<>();
    for (Cause cause : step.upstream()) {
      Collection<String> uses = fleet.uses(step.modelId(), cause.model());
      causes.add(uses.isEmpty() ? cause.model() : cause.model() + " " + uses);
    }
    return String.join(", ", causes);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-5s %-24s %-40s %-10s %-24s %-12s %s", cells)
        .stripTrailing();
  }

  private static String after(long millis) {
    return "+" + words(millis);
  }

  private static String words(long millis) {
    Duration time = Duration.ofMillis(millis);
    String words =
        (time.toDays() > 0 ? time.toDays() + "d" : "")
            + (time.toHoursPart() > 0 ? time.toHoursPart() + "h" : "")
            + (time.toMinutesPart() > 0 ? time.toMinutesPart() + "m" : "");
    return words.isEmpty() ? "0m" : words;
  }

  String json() {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.put("model_id", outlook.model());
    body.put("cost", outlook.cost());
    body.put("seconds", outlook.endMillis() / 1_000);
    ArrayNode steps = body.putArray("models");
    for (Step step : outlook.steps()) {
      ObjectNode one =
          steps
              .addObject()
              .put("wave", step.wave())
              .put("model_id", step.modelId())
              .put("settled_after_seconds", step.settledMillis() / 1_000)
              .put("horizon_known", step.retrain().horizonKnown())
              .put("generation", step.generation())
              .put("retrains", step.retrains());
      ArrayNode causes = one.putArray("attributed_to");
      for (Cause cause : step.upstream()) {
        ObjectNode each =
            causes
                .addObject()
                .put("model_id", cause.model())
                .put("from_seconds", cause.fromMillis() / 1_000);
        ArrayNode uses = each.putArray("uses");
        fleet.uses(step.modelId(), cause.model()).forEach(uses::add);
      }
      if (step.retrains()) {
        one.put("deployed_after_seconds", step.deployedMillis() / 1_000);
        one.put("cost", step.retrain().cost());
      }
    }
    ArrayNode storms = body.putArray("storm_waves");
    outlook.storms().forEach(storms::add);
    return body.toPrettyString();
  }
}
