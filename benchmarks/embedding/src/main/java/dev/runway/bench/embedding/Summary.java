package dev.runway.bench.embedding;

import dev.runway.bench.harness.Row;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What of all the rows is worth a reader's time: the table of the README. */
public final class Summary {
  /** That passed until all was done. */
  static final String SECONDS = "seconds";

  /** That were busy meanwhile, the broker's included. */
  static final String CORES = "cores";

  /** Of these the broker's. */
  static final String BROKER_CORES = "broker_cores";

  /** Of events, while all that is needed for them runs. */
  public static final String A_SECOND = "a_second";

  /** Of the process with the job. */
  static final String PEAK_MEGABYTES = "peak_mb";

  private static final double NANOS = 1e9;

  private Summary() {}

  /** In Markdown; a limit is no row, but a share. */
  public static String table(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    text.append(
        "| what | dimensions | a second and core | share of the limit | a second | seconds | cores"
            + " | peak MB |\n");
    text.append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Row row : rows) {
      if (row.kind().equals("ours")) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %,d | %,.0f | %s | %s | %s | %s | %s |%n",
                row.name(),
                row.open(),
                NANOS / row.cpuNanosPerEvent(),
                figure("%.2f", row, EmbeddingRounds.SHARE),
                figure("%,.0f", row, A_SECOND),
                figure("%.1f", row, SECONDS),
                figure("%.2f", row, CORES),
                figure("%,.0f", row, PEAK_MEGABYTES)));
      }
    }
    return text.toString();
  }

  private static String figure(String format, Row row, String name) {
    @Nullable Double value = row.more().get(name);
    return value == null ? "" : String.format(Locale.ROOT, format, value);
  }
}
