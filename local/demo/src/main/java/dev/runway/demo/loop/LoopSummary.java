package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.result.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of the act: log loss with and without Runway, and what happened to each model. */
final class LoopSummary {
  private final List<LoopModel> models;
  private final LoopPlay play;
  private final LoopNews news;
  private final LoopOutcome outcome;
  private final List<LoopStory> story;
  private final long dead;

  LoopSummary(
      List<LoopModel> models, LoopPlay play, LoopNews news, LoopState state, LoopOutcome outcome) {
    this.models = models;
    this.play = play;
    this.news = news;
    this.outcome = outcome;
    this.story = LoopStory.of(models, state, play, outcome);
    this.dead = state.dead();
  }

  List<String> lines() {
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
              String.format(Locale.ROOT, "%+.4f", all.with() - all.without()),
              number(all.error())));
    }
    table.lines().forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.add("THE LOOP");
    story.forEach(each -> lines.add((each.happened() ? "  yes  " : "  NO   ") + each.words()));
    if (dead > 0) {
      lines.add("  NO   " + dead + " records were refused, and none had to be");
    }
    return lines;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  String json() {
    ObjectNode json = ControlClient.object();
    json.put("approvals", outcome.approvals).put("dead_letters", dead);
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
      ArrayNode events = its.putArray("events");
      for (LoopNews.Event event : news.events()) {
        if (event.modelId().equals(model.id())) {
          events.addObject().put("date", event.date()).put("what", event.what());
        }
      }
    }
    return json.toPrettyString();
  }

  boolean isWell() {
    return dead == 0 && story.stream().allMatch(LoopStory::happened);
  }
}
