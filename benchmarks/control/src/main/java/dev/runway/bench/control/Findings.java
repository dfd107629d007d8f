package dev.runway.bench.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All that was found, with what it was found on: tables for people, JSON for machines. */
public record Findings(List<Finding> all, long seed) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** In JSON. */
  public String json() throws JsonProcessingException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("benchmark", "control");
    report.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    report.put("machine", machine());
    report.put("load_average_1m", load());
    report.put("jdk", Runtime.version().toString());
    report.put("seed", seed);
    report.put("findings", all);
    return JSON.writeValueAsString(report);
  }

  private static String machine() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "%d cores, %d GiB, %s",
        system.getAvailableProcessors(),
        system.getTotalMemorySize() >> 30,
        System.getProperty("os.arch"));
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  /** In Markdown: a table for all findings of a case that have the same figures. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s; JDK %s; %s; load at the end %.1f%n",
            machine(),
            Runtime.version().feature(),
            LocalDate.now(ZoneOffset.UTC),
            load()));
    Set<List<String>> heads = new LinkedHashSet<>();
    all.forEach(each -> heads.add(head(each)));
    for (List<String> head : heads) {
      text.append(String.format("%n| %s |%n", String.join(" | ", head).replace('_', ' ')));
      text.append("|---|").append("---:|".repeat(head.size() - 1)).append('\n');
      all.stream()
          .filter(each -> head(each).equals(head))
          .forEach(each -> text.append(row(each)).append('\n'));
    }
    missed().forEach(each -> text.append(String.format("%nMISSED: %s", each)));
    return text.toString();
  }

  /** Goals that were missed, each in a line. */
  public List<String> missed() {
    return all.stream().flatMap(each -> each.missed().stream()).toList();
  }

  private static List<String> head(Finding finding) {
    List<String> head = new ArrayList<>(List.of(finding.of()));
    head.addAll(finding.figures().keySet());
    return head;
  }

  private static String row(Finding finding) {
    StringBuilder row = new StringBuilder("| " + finding.what() + " |");
    for (double figure : finding.figures().values()) {
      boolean whole = figure == Math.rint(figure);
      row.append(String.format(Locale.ROOT, whole ? " %,.0f |" : " %,.2f |", figure));
    }
    return row.toString();
  }

  /** Writes both forms. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("control.json"), json() + "\n");
    Files.writeString(folder.resolve("control.md"), table());
  }
}
