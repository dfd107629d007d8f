package dev.runway.bench.loopfaults;

import dev.runway.bench.loopfaults.War.Death;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a day in war has left behind, held against the same day in peace. */
public final class Outcome {
  private static final int SHOWN = 3;

  private final Plan plan;
  private final Left peace;
  private final Left war;

  Outcome(Plan plan, Left peace, Left war) {
    this.plan = plan;
    this.peace = peace;
    this.war = war;
  }

  /** Processes that were killed and came back, by what they were. */
  public Map<Victim, Long> deaths() {
    Map<Victim, Long> deaths = new TreeMap<>();
    war.deaths().forEach(death -> deaths.merge(death.kill().victim(), 1L, Long::sum));
    return deaths;
  }

  /** What may not be; nothing when each cause was started once and nothing differs. */
  public List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    complainOf("peace", peace, complaints);
    complainOf("war", war, complaints);
    if (war.deaths().size() != plan.kills().size()) {
      complaints.add(
          "%d kills of %d were carried out".formatted(war.deaths().size(), plan.kills().size()));
    }
    compare(
        "ids of commands", List.copyOf(peace.commands()), List.copyOf(war.commands()), complaints);
    peace
        .rows()
        .forEach(
            (table, rows) ->
                compare(table, rows, war.rows().getOrDefault(table, List.of()), complaints));
    return complaints;
  }

  private void complainOf(String name, Left left, List<String> complaints) {
    if (left.commands().size() != plan.spells().size()) {
      complaints.add(
          "%s: %d commands for %d episodes"
              .formatted(name, left.commands().size(), plan.spells().size()));
    }
    Map<String, Integer> starts = new TreeMap<>();
    left.commands().forEach(id -> starts.put(id, 0));
    left.starts().forEach(id -> starts.merge(id, 1, Integer::sum));
    starts.forEach(
        (id, times) -> {
          if (!left.commands().contains(id)) {
            complaints.add("%s: %s was started, and nobody sent it".formatted(name, id));
          } else if (times != 1) {
            complaints.add("%s: command %s was started %d times".formatted(name, id, times));
          }
        });
    left.ended()
        .forEach(
            (id, how) -> {
              if (!how.startsWith("SUCCEEDED")) {
                complaints.add("%s: command %s ended as %s".formatted(name, id, how));
              }
            });
    left.rows()
        .forEach(
            (table, rows) -> {
              if (rows.isEmpty()) {
                complaints.add("%s: no rows of %s".formatted(name, table));
              }
            });
    left.dead().stream()
        .limit(SHOWN)
        .forEach(letter -> complaints.add("%s: a dead letter: %s".formatted(name, letter)));
  }

  /** As often as they are there, for the same row twice is one too many. */
  private static void compare(
      String what, List<String> peace, List<String> war, List<String> complaints) {
    Map<String, Integer> more = new LinkedHashMap<>();
    war.forEach(row -> more.merge(row, 1, Integer::sum));
    peace.forEach(row -> more.merge(row, -1, Integer::sum));
    List<String> only = new ArrayList<>();
    more.forEach(
        (row, times) -> {
          if (times != 0) {
            only.add((times > 0 ? "in war alone: " : "in peace alone: ") + row);
          }
        });
    if (!only.isEmpty()) {
      only.sort(null);
      complaints.add(
          "%s: %d rows differ, %d in peace and %d in war"
              .formatted(what, only.size(), peace.size(), war.size()));
      // Those of one thing lie far from each other: some from both ends.
      only.stream().limit(SHOWN).forEach(complaints::add);
      only.stream().skip(Math.max(SHOWN, only.size() - SHOWN)).forEach(complaints::add);
    }
  }

  /** In Markdown: both days, every kill, how long things took to be well again, and complaints. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        line(
            "Seed %d: %d ticks, %d models of which %d drift, %d episodes, %d kills.%n%n",
            plan.seed(),
            plan.ticks(),
            plan.models().size(),
            plan.drifting().size(),
            plan.spells().size(),
            plan.kills().size()));
    text.append(
        line(
            "| | commands | starts | decisions | states | retrains | movements of money | s |%n"
                + "|---|---:|---:|---:|---:|---:|---:|---:|%n"));
    text.append(row("peace", peace)).append(row("war", war)).append(line("%n"));
    text.append(
        line(
            "| killed | times | back after, median s | longest | all well after, median s | longest"
                + " |%n|---|---:|---:|---:|---:|---:|%n"));
    for (Victim victim : Victim.values()) {
      List<Death> its =
          war.deaths().stream().filter(death -> death.kill().victim() == victim).toList();
      if (!its.isEmpty()) {
        double[] back = its.stream().mapToDouble(death -> War.seconds(death.back())).toArray();
        double[] well = its.stream().mapToDouble(death -> War.seconds(death.well())).toArray();
        text.append(
            line(
                "| %s | %d | %.1f | %.1f | %.1f | %.1f |%n",
                victim.words(),
                its.size(),
                median(back),
                longest(back),
                median(well),
                longest(well)));
      }
    }
    List<String> complaints = complaints();
    text.append(line("%n%s%n", complaints.isEmpty() ? "Nothing differs." : "Complaints:"));
    complaints.forEach(complaint -> text.append(line("- %s%n", complaint)));
    return text.toString();
  }

  private static String row(String name, Left left) {
    return line(
        "| %s | %,d | %,d | %,d | %,d | %,d | %,d | %.0f |%n",
        name,
        left.commands().size(),
        left.starts().size(),
        left.rows("decisions"),
        left.rows("staleness"),
        left.rows("retrains"),
        left.rows("costs"),
        War.seconds(left.took()));
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double longest(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }
}
