package dev.runway.bench.harness;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;

/**
 * The rows with what they were measured on: a table for people, JSON for machines.
 *
 * @param benchmark its name
 * @param openTitle what {@link Row#open} counts, as the head of a column
 * @param source what the events are
 */
public record Report(String benchmark, String openTitle, List<Row> rows, long seed, String source) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final double NANOS = 1e9;

  /** In JSON. */
  public String json() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("benchmark", benchmark);
    all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    all.put("machine", machine());
    all.put(
        "versions",
        Map.of(
            "jdk", Runtime.version().toString(),
            "flink", EnvironmentInformation.getVersion(),
            "kafka_clients", AppInfoParser.getVersion()));
    all.put("seed", seed);
    all.put("events", source);
    all.put("rows", rows);
    return JSON.writeValueAsString(all);
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
    text.append(
        String.format(
            Locale.ROOT,
            "%s; JDK %s; Flink %s; %s; medians; %s%n%n",
            machine(),
            Runtime.version().feature(),
            EnvironmentInformation.getVersion(),
            source,
            LocalDate.now(ZoneOffset.UTC)));
    text.append(
        "| what | kind | "
            + openTitle
            + " | events/s/core | cpu us | wall us | heap B | state B"
            + " | cpu against ours | rounds | spread |\n");
    text.append("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,d | %,.0f | %.2f | %.2f | %,.0f | %s | %s | %d | %.2f%s |%n",
              row.name(),
              row.kind(),
              row.open(),
              NANOS / row.cpuNanosPerEvent(),
              row.cpuNanosPerEvent() / 1_000,
              row.wallNanosPerEvent() / 1_000,
              row.allocBytesPerEvent(),
              number("%,.0f", row.stateBytesPerOpen()),
              number("%.2f", row.ratioToOurs()),
              row.rounds(),
              row.spread(),
              row.spread() > Medians.WIDE ? " (wide)" : ""));
    }
    appendMore(text);
    return text.toString();
  }

  private void appendMore(StringBuilder text) {
    text.append(System.lineSeparator());
    for (Row row : rows) {
      row.more()
          .forEach(
              (figure, value) ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "- %s, %,d %s: %s %,.2f%n",
                          row.name(),
                          row.open(),
                          openTitle,
                          figure.replace('_', ' '),
                          value)));
    }
    if (rows.stream().anyMatch(row -> row.spread() > Medians.WIDE)) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nWide: the dearest round took more than %.2f times the cheapest; something else"
                  + " ran.%n",
              Medians.WIDE));
    }
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }

  /** Writes both forms. */
  public void write(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name + ".json"), json() + "\n");
    Files.writeString(folder.resolve(name + ".md"), table());
  }
}
