package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.result.TextTable;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** What came of the act: log loss with and without Runway, and what happened to each model. */
final class LoopSummary {
  private final List<LoopModel> models;
  private final LoopPlay play;
  private final LoopNews news;
  private final LoopOutcome outcome;
  private final LoopState state;
  private final List<LoopStory> story;
  private final List<FaultTraining> unheld;
  private final CanarySummary canaries;
  private final long dead;

  /**
   * @param unheld what would have come of trainings on the fault
   */
  LoopSummary(
      List<LoopModel> models,
      LoopPlay play,
      LoopNews news,
      LoopState state,
      LoopOutcome outcome,
      List<FaultTraining> unheld) {
    this.models = models;
    this.play = play;
    this.news = news;
    this.outcome = outcome;
    this.state = state;
    this.unheld = List.copyOf(unheld);
    this.story = LoopStory.of(models, state, play::tally, outcome);
    this.canaries = new CanarySummary(models, outcome.canaries);
    this.dead = state.dead();
  }

  /** All of it, from what was done to what it paid. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(story());
    lines.addAll(retrains());
    lines.addAll(canaries.lines());
    lines.addAll(logLoss());
    lines.addAll(unheld());
    return lines;
  }

  /** The same without the single trainings. */
  List<String> brief() {
    List<String> lines = new ArrayList<>(story());
    lines.addAll(canaries.brief());
    lines.addAll(logLoss());
    lines.addAll(priceOfHolding());
    return lines;
  }

  private List<String> story() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("WHAT WAS DECIDED AND DONE");
    story.forEach(each -> lines.add((each.happened() ? "  yes  " : "  NO   ") + each.words()));
    if (dead > 0) {
      lines.add("  NO   " + dead + " records were refused, and none had to be");
    }
    return lines;
  }

  private List<String> logLoss() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("LOG LOSS without Runway (the first version goes on) and with it, on the same cases");
    TextTable table =
        new TextTable().row(List.of("model", "cases", "without", "with", "change", "± 1 s.e."));
    for (LoopModel model : models) {
      Tally.Sums all = play.tally(model.id()).all();
      table.row(
          List.of(
              model.id(),
              Long.toString(all.cases()),
              number(all.without()),
              number(all.with()),
              signed(all.difference()),
              number(all.error())));
    }
    table.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  /** What each version paid on the cases that it answered, against the first one. */
  private List<String> retrains() {
    TextTable table =
        new TextTable()
            .row(List.of("model", "version", "by", "from", "cases", "change", "± 1 s.e."));
    for (LoopModel model : models) {
      for (LoopState.Repair repair : repairs(model)) {
        Tally.Sums its = paid(model, repair);
        table.row(
            List.of(
                model.id(),
                repair.version(),
                repair.reason().toString(),
                model.date(repair.issuedAtMillis()),
                Long.toString(its.cases()),
                its.cases() == 0 ? "" : signed(its.difference()),
                its.cases() == 0 ? "" : number(its.error())));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("EACH RETRAIN, on the cases that its version answered, against the first version");
    table.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  private List<LoopState.Repair> repairs(LoopModel model) {
    return state.repairs(model.id(), model.lapse().actStartMillis());
  }

  private Tally.Sums paid(LoopModel model, LoopState.Repair repair) {
    return play.tally(model.id()).of(each -> each.version().equals(repair.version()));
  }

  /** The third arm: nobody has done this, and what it would have given is computed here. */
  private List<String> unheld() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "HAD "
            + LoopScenario.FLIGHTS
            + " NOT BEEN HELD: a version trained after a step on what was labelled by then, which"
            + " goes on to serve;");
    lines.add(
        "change against version 1, which served, in the rest of the fault and after it. Then the"
            + " gate on that version, by the newest");
    lines.add(
        "300 cases, faulty or not, and on one trained on the fault alone, by 2,000 cases of other"
            + " weeks");
    TextTable table =
        new TextTable()
            .row(List.of("step", "in fault", "±", "after", "±", "gate", "gate by other weeks"));
    for (FaultTraining each : unheld) {
      boolean inFault = each.during().cases() > 0;
      boolean after = each.after().cases() > 0;
      table.row(
          List.of(
              Integer.toString(each.step()),
              inFault ? signed(each.during().difference()) : "",
              inFault ? number(each.during().error()) : "",
              after ? signed(each.after().difference()) : "",
              after ? number(each.after().error()) : "",
              gate(each.unheld()),
              gate(each.byHand())));
    }
    table.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  /** The third arm in a line: the steps of the fault, at whose ends one could have trained. */
  private List<String> priceOfHolding() {
    List<FaultTraining> in =
        unheld.stream()
            .filter(each -> each.during().cases() > 0 && each.after().cases() > 0)
            .toList();
    if (in.isEmpty()) {
      return List.of();
    }
    return List.of(
        "  "
            + LoopScenario.FLIGHTS
            + " was held while its data was at fault, which is not free: a version trained on the"
            + " fault would have",
        String.format(
            Locale.ROOT,
            "  changed its log loss by %s in the rest of the fault, and by %s after it",
            span(in.stream().mapToDouble(each -> each.during().difference())),
            span(in.stream().mapToDouble(each -> each.after().difference()))));
  }

  private static String span(DoubleStream values) {
    DoubleSummaryStatistics all = values.summaryStatistics();
    return signed(all.getMin()) + " to " + signed(all.getMax());
  }

  private static String gate(OfflineGate gate) {
    return String.format(
        Locale.ROOT,
        "%s %+.4f ± %.4f",
        gate.passes() ? "passes" : "refuses",
        gate.difference(),
        gate.error());
  }

  private static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  ObjectNode json() {
    ObjectNode json = ControlClient.object();
    json.put("approvals", outcome.approved.size()).put("dead_letters", dead);
    ArrayNode chapters = json.putArray("story");
    story.forEach(
        each -> chapters.addObject().put("happened", each.happened()).put("what", each.words()));
    ArrayNode all = json.putArray("models");
    for (LoopModel model : models) {
      Tally.Sums sums = play.tally(model.id()).all();
      ObjectNode its = all.addObject();
      its.put("model_id", model.id()).put("cases", sums.cases());
      its.put("log_loss_without", sums.without()).put("log_loss_with", sums.with());
      its.put("difference_error", sums.error());
      ArrayNode steps = its.putArray("steps");
      play.tally(model.id())
          .steps()
          .forEach(
              (step, its2) ->
                  steps
                      .addObject()
                      .put("step", step)
                      .put("cases", its2.cases())
                      .put("without", its2.without())
                      .put("with", its2.with()));
      ArrayNode retrains = its.putArray("retrains");
      for (LoopState.Repair repair : repairs(model)) {
        Tally.Sums paid = paid(model, repair);
        ObjectNode node = retrains.addObject();
        node.put("version", repair.version()).put("reason", repair.reason().toString());
        node.put("date", model.date(repair.issuedAtMillis()));
        sums(node, paid);
      }
      ArrayNode events = its.putArray("events");
      for (LoopNews.Event event : news.events()) {
        if (event.modelId().equals(model.id())) {
          events.addObject().put("date", event.date()).put("what", event.what());
        }
      }
    }
    canaries.tell(json.putArray("canaries"));
    unheld(json.putArray("had_it_not_been_held"));
    return json;
  }

  private void unheld(ArrayNode steps) {
    for (FaultTraining each : unheld) {
      ObjectNode node = steps.addObject().put("step", each.step());
      against(node.putObject("in_fault"), each.during());
      against(node.putObject("after"), each.after());
      gate(node.putObject("gate"), each.unheld());
      gate(node.putObject("gate_by_other_weeks"), each.byHand());
    }
  }

  /** Without a case there is no mean. */
  private static void sums(ObjectNode node, Tally.Sums sums) {
    node.put("cases", sums.cases());
    if (sums.cases() > 0) {
      node.put("log_loss_without", sums.without()).put("log_loss_with", sums.with());
      node.put("difference", sums.difference()).put("difference_error", sums.error());
    }
  }

  /** The same where it is compared with what served. */
  private static void against(ObjectNode node, Tally.Sums sums) {
    node.put("cases", sums.cases());
    if (sums.cases() > 0) {
      node.put("log_loss_served", sums.without()).put("log_loss_unheld", sums.with());
      node.put("difference", sums.difference()).put("difference_error", sums.error());
    }
  }

  private static void gate(ObjectNode node, OfflineGate gate) {
    node.put("passes", gate.passes()).put("cases", gate.cases());
    node.put("difference", gate.difference()).put("error", gate.error());
  }

  boolean isWell() {
    return dead == 0 && story.stream().allMatch(LoopStory::happened);
  }
}
