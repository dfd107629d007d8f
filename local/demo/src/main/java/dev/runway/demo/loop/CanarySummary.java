package dev.runway.demo.loop;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.result.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What became of the versions that had a share of the cases. */
record CanarySummary(List<LoopModel> models, List<CanaryTrial> trials) {

  /** What the gate said of each version that had a share of the traffic, when it was asked last. */
  List<String> lines() {
    TextTable table =
        new TextTable()
            .row(
                List.of(
                    "model",
                    "version",
                    "share",
                    "from",
                    "cases",
                    "beside",
                    "log loss",
                    "95 %",
                    "split p",
                    "verdict",
                    "by"));
    for (CanaryTrial trial : trials) {
      table.row(
          List.of(
              trial.modelId(),
              trial.version(),
              String.format(Locale.ROOT, "%.2f", trial.share()),
              date(trial),
              Long.toString(trial.labels(0)),
              Long.toString(trial.labels(1)),
              trial.estimate(),
              trial.interval(),
              trial.sampleRatioP(),
              trial.verdict(),
              trial.decidedBy()));
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "EACH CANARY: labelled cases of it and of the version beside it, and the difference in log"
            + " loss, with an");
    lines.add(
        "interval that holds whenever one looks. By RULE: "
            + CanaryRelease.SETTLE_AT
            + " cases, and not shown to be worse");
    table.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  /** The same in a line for each model. */
  List<String> brief() {
    TextTable table =
        new TextTable()
            .row(
                List.of(
                    "model",
                    "share",
                    "on canary",
                    "took over",
                    "taken back",
                    "undecided",
                    "cases"));
    for (LoopModel model : models) {
      List<CanaryTrial> its =
          trials.stream().filter(each -> each.modelId().equals(model.id())).toList();
      table.row(
          List.of(
              model.id(),
              String.format(Locale.ROOT, "%.2f", model.training().share()),
              Integer.toString(its.size()),
              count(its, Set.of("PROMOTE")),
              count(its, Set.of("TAKE_BACK", "INVALID")),
              count(its, Set.of("UNDECIDED")),
              Long.toString(its.stream().mapToLong(each -> each.labels(0)).sum())));
    }
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("CANARIES: what each new version did with its share of the cases, by Runway's gate");
    table.lines().forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static String count(List<CanaryTrial> trials, Set<String> verdicts) {
    return Long.toString(
        trials.stream().filter(trial -> verdicts.contains(trial.verdict())).count());
  }

  private String date(CanaryTrial trial) {
    return models.stream()
        .filter(model -> model.id().equals(trial.modelId()))
        .map(model -> model.date(trial.beganAtMillis()))
        .findFirst()
        .orElse("");
  }

  /** For programs. */
  void tell(ArrayNode all) {
    for (CanaryTrial trial : trials) {
      ObjectNode node = all.addObject();
      node.put("model_id", trial.modelId()).put("version", trial.version());
      node.put("champion", trial.champion()).put("share", trial.share());
      node.put("from", date(trial)).put("over", !trial.isOpen());
      node.put("verdict", trial.verdict()).put("decided_by", trial.decidedBy());
      node.put("cases", trial.labels(0)).put("cases_beside", trial.labels(1));
      for (String number : List.of("difference", "low", "high", "sample_ratio_p")) {
        if (trial.said().has(number)) {
          node.set(number, trial.said().get(number));
        }
      }
    }
  }
}
