package dev.runway.backtest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.backtest.Incident.Judgement;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainCommand.Mode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

/** A back-test as people read it, and as programs do. */
final class BacktestReport {
  private final PolicyFile policy;
  private final Backtest.Span span;
  private final Backtest.Result result;
  private final long withinMillis;

  BacktestReport(PolicyFile policy, Backtest.Span span, Backtest.Result result, long withinMillis) {
    this.policy = policy;
    this.span = span;
    this.result = result;
    this.withinMillis = withinMillis;
  }

  /** Two columns: the file, and the policies in force. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s (%s) over %s readings, %s to %s"
            .formatted(
                policy.policy().name(),
                policy.name(),
                result.readings(),
                Instant.ofEpochMilli(span.fromMillis()),
                Instant.ofEpochMilli(span.toMillis())));
    if (!result.undecided().isEmpty()) {
      lines.add(
          "No decision is stored about "
              + String.join(", ", result.undecided())
              + ": judged by tier and usual settings, and no policy is known to be in force.");
    }
    lines.add("");
    lines.add(row("", policy.name(), "in force"));
    Findings anew = result.anew();
    Findings now = result.inForce();
    lines.add(row("windows judged", anew.windows(), now.windows()));
    lines.add(row("episodes of being stale", anew.episodes(), now.episodes()));
    lines.add(row("commands", anew.commands().size(), now.commands().size()));
    lines.add(row("  that wait for a person", anew.of(Mode.APPROVE), now.of(Mode.APPROVE)));
    lines.add(row("  that only advise", anew.of(Mode.ADVISE), now.of(Mode.ADVISE)));
    lines.add(row("  again in an episode", anew.again(), now.again()));
    var names = new TreeSet<>(anew.holds().keySet());
    names.addAll(now.holds().keySet());
    for (String hold : names) {
      lines.add(
          row(
              "held as " + hold,
              anew.holds().getOrDefault(hold, 0),
              now.holds().getOrDefault(hold, 0)));
    }
    lines.add(row("cost", dollars(anew.cost()), dollars(now.cost())));
    incidents(lines);
    lines.add("");
    commands(lines);
    return lines;
  }

  private void incidents(List<String> lines) {
    List<Incident> needed = judged(Judgement.NEEDED);
    List<Incident> vain = judged(Judgement.NOT_NEEDED);
    long caught = result.anew().met(needed, withinMillis);
    long caughtNow = result.inForce().met(needed, withinMillis);
    lines.add("retrains that were needed: " + needed.size());
    lines.add(row("  caught", caught, caughtNow));
    lines.add(row("  missed", needed.size() - caught, needed.size() - caughtNow));
    lines.add("retrains that were not needed: " + vain.size());
    lines.add(
        row(
            "  asked for",
            result.anew().met(vain, withinMillis),
            result.inForce().met(vain, withinMillis)));
    int unknown = judged(Judgement.UNKNOWN).size();
    if (unknown > 0) {
      lines.add("retrains of which nobody knows: " + unknown);
    }
  }

  private List<Incident> judged(Judgement judgement) {
    return result.incidents().stream()
        .filter(incident -> incident.judgement() == judgement)
        .toList();
  }

  private void commands(List<String> lines) {
    for (RetrainCommand command : result.anew().commands()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s  %s %s  %s  %s, attempt %d, severity %.2f, by %s",
              Instant.ofEpochMilli(command.issuedAtMillis()),
              command.cause().modelId(),
              command.cause().modelVersion(),
              command.cause().action(),
              command.mode(),
              command.cause().attempt(),
              command.urgency().severity(),
              Objects.requireNonNullElse(command.policy(), "its tier")));
    }
  }

  private static String row(String what, Object anew, Object now) {
    return String.format(Locale.ROOT, "%-28s %16s %16s", what, anew, now);
  }

  private static String dollars(double amount) {
    return String.format(Locale.ROOT, "$%.2f", amount);
  }

  /** The same for programs. */
  String json() {
    ObjectNode body = new ObjectMapper().createObjectNode();
    body.put("policy", policy.policy().name());
    body.put("from", Instant.ofEpochMilli(span.fromMillis()).toString());
    body.put("to", Instant.ofEpochMilli(span.toMillis()).toString());
    body.put("readings", result.readings());
    ArrayNode undecided = body.putArray("undecided_models");
    result.undecided().forEach(undecided::add);
    findings(body.putObject("candidate"), result.anew());
    findings(body.putObject("in_force"), result.inForce());
    body.put("incidents_needed", judged(Judgement.NEEDED).size());
    body.put("incidents_not_needed", judged(Judgement.NOT_NEEDED).size());
    body.put("incidents_unknown", judged(Judgement.UNKNOWN).size());
    return body.toPrettyString();
  }

  private void findings(ObjectNode to, Findings findings) {
    List<Incident> needed = judged(Judgement.NEEDED);
    long caught = findings.met(needed, withinMillis);
    to.put("windows", findings.windows());
    to.put("episodes", findings.episodes());
    to.put("again", findings.again());
    to.put("cost", findings.cost());
    to.put("caught", caught);
    to.put("missed", needed.size() - caught);
    to.put("not_needed", findings.met(judged(Judgement.NOT_NEEDED), withinMillis));
    ObjectNode holds = to.putObject("holds");
    findings.holds().forEach(holds::put);
    ArrayNode commands = to.putArray("commands");
    for (RetrainCommand command : findings.commands()) {
      commands
          .addObject()
          .put("at", Instant.ofEpochMilli(command.issuedAtMillis()).toString())
          .put("model_id", command.cause().modelId())
          .put("model_version", command.cause().modelVersion())
          .put("action", command.cause().action().name())
          .put("mode", command.mode().name())
          .put("episode", command.cause().episode())
          .put("attempt", command.cause().attempt())
          .put("severity", command.urgency().severity())
          .put("policy", command.policy())
          .put("estimated_cost", command.estimatedCost());
    }
  }
}
