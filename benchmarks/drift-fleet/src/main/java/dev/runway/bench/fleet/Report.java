package dev.runway.bench.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.management.OperatingSystemMXBean;
import dev.runway.drift.window.Season;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was found: tables for people, JSON for machines. */
public record Report(FleetPlan plan, Fleet fleet, List<NullWindows> nulls) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** As JSON. */
  public String json() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("benchmark", "drift-fleet");
    all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    all.put("machine", machine());
    all.put("versions", Map.of("jdk", Runtime.version().toString()));
    all.put("seed", plan.seed());
    all.put("events", events());
    List<Map<String, Object>> rows = new ArrayList<>();
    fleet.tallies().forEach(tally -> rows.add(row(tally)));
    nulls.forEach(each -> rows.add(row(each)));
    all.put("rows", rows);
    return JSON.writeValueAsString(all);
  }

  private String events() {
    return String.format(
        Locale.ROOT,
        "%d models of %d features and one of many words, %d days and %d before them, %d true drifts"
            + " and new words in one model of twenty, %,d predictions in %,d windows of which %,d were judged",
        plan.models(),
        plan.features(),
        plan.days(),
        FleetPlan.FIRST_DAYS,
        plan.shifted(),
        fleet.predictions(),
        fleet.windows(),
        fleet.judgedWindows());
  }

  private static Map<String, Object> row(Tally tally) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", tally.rule().title());
    row.put("kind", tally.rule().kind());
    row.put("precision", tally.precision());
    row.put("recall", tally.recall());
    row.put("drifts", tally.drifts());
    row.put("found", tally.found());
    row.put("alarms", tally.alarms());
    row.put("wrong_alarms", tally.wrong());
    row.put("wrong_alarms_in_first_days", tally.wrongInFirstDays());
    if (tally.found() > 0) {
      row.put("delay_p50_hours", tally.delayHours(0.5));
      row.put("delay_p90_hours", tally.delayHours(0.9));
    }
    Map<String, Object> sizes = new LinkedHashMap<>();
    tally
        .foundOf()
        .forEach(
            (size, found) ->
                sizes.put(
                    "found_of_" + size.replace("%", "percent").replace(' ', '_'),
                    found[0] + " of " + found[1]));
    row.put("more", sizes);
    return row;
  }

  private static Map<String, Object> row(NullWindows windows) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", "no drift: " + windows.name());
    row.put("kind", "null");
    row.put("windows", windows.windows());
    row.put("false_alarm_rate_at_1_percent", windows.at1());
    row.put("false_alarm_rate_at_5_percent", windows.at5());
    row.put("flagged_rate", windows.flagged());
    row.put("mean_dispersion", windows.dispersion());
    return row;
  }

  private static String machine() {
    long memory =
        ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    return String.format(
        Locale.ROOT,
        "%d cores, %d GiB, %s",
        Runtime.getRuntime().availableProcessors(),
        memory >> 30,
        System.getProperty("os.arch"));
  }

  /** In Markdown. */
  public String table() {
    StringBuilder text = new StringBuilder();
    add(text, "seed %d; %s%n%n", plan.seed(), events());
    text.append(
        "| rule | precision | recall | found | wrong alarms | all alarms | wrong in the first days"
            + " | delay p50 h | p90 h |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Tally tally : fleet.tallies()) {
      add(
          text,
          "| %s | %.3f | %.3f | %d of %d | %,d | %,d | %,d | %.1f | %.1f |%n",
          tally.rule().title(),
          tally.precision(),
          tally.recall(),
          tally.found(),
          tally.drifts(),
          tally.wrong(),
          tally.alarms(),
          tally.wrongInFirstDays(),
          tally.delayHours(0.5),
          tally.delayHours(0.9));
    }
    sizes(text, fleet.tallies().get(0));
    nulls(text);
    return text.toString();
  }

  private static void sizes(StringBuilder text, Tally ours) {
    text.append(
        "\n| true size | found by Runway | delay p50 h | longest h |\n|---:|---:|---:|---:|\n");
    ours.foundOf()
        .forEach(
            (size, found) -> {
              double[] hours = ours.delayHoursOf().getOrDefault(size, new double[0]);
              add(
                  text,
                  "| %s | %d of %d | %.1f | %.1f |%n",
                  size,
                  found[0],
                  found[1],
                  Tally.quantile(hours, 0.5),
                  Tally.quantile(hours, 1));
            });
  }

  private void nulls(StringBuilder text) {
    text.append(
        "\n| windows without drift, 500 to 100,000 predictions | windows | significant at 1 %"
            + " | at 5 % | flagged | mean dispersion |\n|---|---:|---:|---:|---:|---:|\n");
    for (NullWindows each : nulls) {
      add(
          text,
          "| %s | %,d | %.2f %% | %.2f %% | %.3f %% | %.2f |%n",
          each.name(),
          each.windows(),
          100 * each.at1(),
          100 * each.at5(),
          100 * each.flagged(),
          each.dispersion());
    }
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  /** Each wrong alarm of Runway's, in CSV; days from the first one that counts. */
  private String wrong() {
    StringBuilder text =
        new StringBuilder("model,tier,per_hour,per_user,words_alike,from_day,to_day,features\n");
    for (Fleet.Wrong each : fleet.wrong()) {
      add(
          text,
          "%d,%d,%.0f,%.0f,%.2f,%.3f,%.3f,%s%n",
          each.model(),
          each.tier(),
          each.perHour(),
          each.perUser(),
          each.ofOneWord(),
          day(each.alarm().fromMillis()),
          day(each.alarm().endMillis()),
          String.join(" ", each.alarm().features()));
    }
    return text.toString();
  }

  private double day(long atMillis) {
    return (atMillis - plan.countsFromMillis()) / (double) Season.DAY;
  }

  /** Writes all of it. */
  public void write(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".json"), json() + "\n");
    Files.writeString(folder.resolve(name + ".md"), table());
    Files.writeString(folder.resolve(name + "-wrong.csv"), wrong());
  }
}
