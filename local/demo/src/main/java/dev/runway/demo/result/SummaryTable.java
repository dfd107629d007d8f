package dev.runway.demo.result;

import dev.runway.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A {@link Summary} as lines of text. */
public final class SummaryTable {
  private SummaryTable() {}

  /** One column of metrics. */
  private record Column(String title, String metric, boolean withInterval) {
    String cell(Group group) {
      return withInterval
          ? Cells.interval(group.metric(metric))
          : Cells.value(group.metric(metric));
    }
  }

  private static List<Column> columns(Task task) {
    return switch (task) {
      case BINARY ->
          List.of(
              new Column("AUC [95 %]", "auc", true),
              new Column("accuracy", "accuracy", false),
              new Column("log loss", "log_loss", false),
              new Column("calibration", "calibration_ratio", false));
      case MULTICLASS ->
          List.of(
              new Column("accuracy [95 %]", "accuracy", true),
              new Column("macro F1", "macro_f1", false),
              new Column("log loss", "log_loss", false));
      case REGRESSION ->
          List.of(
              new Column("MAE [95 %]", "mae", true),
              new Column("RMSE", "rmse", false),
              new Column("R2", "r2", false),
              new Column("WAPE", "wape", false));
      case RANKING ->
          List.of(
              new Column("NDCG@10 [95 %]", "ndcg_at_10", true),
              new Column("MRR", "mrr", false),
              new Column("CTR", "ctr", false));
    };
  }

  /** The summary, model by model, then what was refused or late. */
  public static List<String> lines(Summary summary) {
    List<String> lines = new ArrayList<>();
    for (ModelSummary model : summary.models()) {
      lines.addAll(model(model));
      lines.add("");
    }
    for (DriftSummary drift : summary.drift()) {
      lines.addAll(DriftTable.lines(drift));
      lines.add("");
    }
    lines.addAll(counters(summary));
    return lines;
  }

  /** The same in a screen: a line for each model, where every event went, and what drifted. */
  public static List<String> brief(Summary summary) {
    List<String> lines = new ArrayList<>();
    lines.add("WHAT CAME IN, and how it was joined with what really happened");
    for (Task task : Task.values()) {
      List<ModelSummary> models =
          summary.models().stream().filter(model -> model.task() == task).toList();
      if (!models.isEmpty()) {
        List<Column> columns = columns(task);
        TextTable table = new TextTable().row(header("  model", columns));
        models.forEach(model -> table.row(cells("  " + model.modelId(), model.total(), columns)));
        lines.addAll(table.lines());
      }
    }
    counters(summary).forEach(line -> lines.add("  " + line));
    if (!summary.drift().isEmpty()) {
      lines.add("");
      lines.add("WHAT DRIFTED, and what must not be taken for it");
      summary.drift().forEach(drift -> lines.addAll(DriftTable.brief(drift)));
    }
    return lines;
  }

  private static List<String> model(ModelSummary model) {
    List<Column> columns = columns(model.task());
    TextTable table = new TextTable().row(header(model.modelId(), columns));
    rows(table, "", model.periods(), columns);
    rows(table, "version ", model.versions(), columns);
    rows(table, "segment ", model.segments(), columns);
    rows(table, "variant ", model.variants(), columns);
    rows(table, "", List.of(model.total()), columns);
    return table.lines();
  }

  private static void rows(
      TextTable table, String prefix, List<Group> groups, List<Column> columns) {
    for (Group group : groups) {
      table.row(cells("  " + prefix + group.name(), group, columns));
    }
  }

  private static List<String> header(String first, List<Column> columns) {
    List<String> header = new ArrayList<>(List.of(first, "predictions", "coverage"));
    columns.forEach(column -> header.add(column.title()));
    header.addAll(List.of("delay p50", "delay p95"));
    return header;
  }

  private static List<String> cells(String name, Group group, List<Column> columns) {
    List<String> cells = new ArrayList<>();
    cells.add(name + (group.allFinal() ? "" : " (provisional)"));
    cells.add(Cells.count(group.predictions()));
    cells.add(Cells.percent(group.coverage()));
    columns.forEach(column -> cells.add(column.cell(group)));
    cells.add(Cells.duration(group.delays().quantile(0.5)));
    cells.add(Cells.duration(group.delays().quantile(0.95)));
    return cells;
  }

  private static List<String> counters(Summary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "predictions: "
            + Cells.count(summary.sent().predictions())
            + " sent = "
            + Cells.count(summary.sum(Group::joined))
            + " joined + "
            + Cells.count(summary.sum(Group::waiting))
            + " waiting + "
            + Cells.count(summary.sum(Group::unlabelled))
            + " unlabelled + "
            + Cells.count(summary.sum(Group::duplicates))
            + " duplicates + "
            + Cells.count(total(summary.deadPredictions()))
            + " dead"
            + (summary.sent().tooLargePredictions() == 0
                ? ""
                : " + " + Cells.count(summary.sent().tooLargePredictions()) + " too large")
            + (summary.addsUp() ? "" : " + " + summary.unaccounted() + " UNACCOUNTED FOR"));
    lines.add(
        "outcomes: "
            + Cells.count(summary.sent().outcomes())
            + " sent; "
            + counts("late", summary.late())
            + "; dead "
            + Cells.count(total(summary.deadOutcomes())));
    lines.add(counts("dead letters", summary.dead()));
    if (summary.sent().tooLarge() > 0) {
      lines.add(
          "TOO LARGE: the broker refused "
              + Cells.count(summary.sent().tooLargePredictions())
              + " predictions and "
              + Cells.count(summary.sent().tooLargeOutcomes())
              + " outcomes for their size (max.message.bytes, 1 MiB): nothing downstream sees them");
    }
    return lines;
  }

  private static String counts(String title, Map<? extends Enum<?>, Long> counts) {
    if (counts.isEmpty()) {
      return title + " 0";
    }
    Map<String, Long> sorted = new TreeMap<>();
    counts.forEach((name, n) -> sorted.put(name.name(), n));
    return title
        + " "
        + Cells.count(total(counts))
        + ": "
        + sorted.entrySet().stream()
            .map(e -> e.getKey() + " " + Cells.count(e.getValue()))
            .collect(Collectors.joining(", "));
  }

  private static long total(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(n -> n).sum();
  }
}
