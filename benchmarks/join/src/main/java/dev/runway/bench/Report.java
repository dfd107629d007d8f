package dev.runway.bench;

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
import org.jspecify.annotations.Nullable;

/** The rows with what they were measured on: a table for people, JSON for machines. */
record Report(List<Row> rows, long seed, String ids, int rounds) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final double NANOS = 1e9;

  String json() throws JsonProcessingException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("benchmark", "join");
    all.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    all.put("machine", machine());
    all.put("jdk", Runtime.version().toString());
    all.put("flink", EnvironmentInformation.getVersion());
    all.put("seed", seed);
    all.put("ids", ids);
    all.put("rounds", rounds);
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
  String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s; JDK %s; Flink %s; %s ids; median of %d; %s%n%n",
            machine(),
            Runtime.version().feature(),
            EnvironmentInformation.getVersion(),
            ids,
            rounds,
            LocalDate.now(ZoneOffset.UTC)));
    text.append(
        "| what | kind | waiting | events/s/core | cpu us | wall us | heap B | state B"
            + " | cpu against ours | spread |\n");
    text.append("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,d | %,.0f | %.2f | %.2f | %,.0f | %s | %s | %.2f |%n",
              row.name(),
              row.kind(),
              row.open(),
              NANOS / row.cpuNanosPerEvent(),
              row.cpuNanosPerEvent() / 1_000,
              row.wallNanosPerEvent() / 1_000,
              row.allocBytesPerEvent(),
              number("%,.0f", row.stateBytesPerOpen()),
              number("%.2f", row.ratioToOurs()),
              row.spread()));
    }
    return text.toString();
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("join.json"), json() + "\n");
    Files.writeString(folder.resolve("join.md"), table());
  }
}
