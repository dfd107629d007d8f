package dev.runway.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The same made-up rows in every form: fares, hops, a carrier, a flag, a score. */
final class Flights {
  static final int ROWS = 3_000;

  /** The features that every form of them should give. */
  static final String[] OPTIONS = {"--ignore", "id", "--score", "score"};

  private Flights() {}

  /**
   * One row.
   *
   * @param fare has a value at 99.5 in one of ten rows, none in one of twenty
   */
  record Flight(
      String id, @Nullable Double fare, int hops, String carrier, boolean weekend, double score) {}

  static List<Flight> rows() {
    Random random = new Random(7);
    List<Flight> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double fare =
          i % 10 == 0 ? 99.5 : Math.round(10_000 * Math.exp(random.nextGaussian())) / 100.0;
      rows.add(
          new Flight(
              "f" + i,
              i % 20 == 1 ? null : fare,
              random.nextInt(4),
              List.of("WN", "AA", "UA", "Ünal, \"Air\"").get(random.nextInt(4)),
              random.nextInt(7) > 4,
              Math.round(1_000 * random.nextDouble()) / 1_000.0));
    }
    return rows;
  }

  static Path csv(Path folder) throws IOException {
    StringBuilder csv = new StringBuilder("id,fare,hops,carrier,weekend,score\n");
    for (Flight row : rows()) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,\"%s\",%s,%s%n",
              row.id,
              row.fare == null ? "" : row.fare,
              row.hops,
              row.carrier.replace("\"", "\"\""),
              row.weekend,
              row.score));
    }
    return Files.writeString(folder.resolve("flights.csv"), csv);
  }

  static Path jsonLines(Path folder) throws IOException {
    StringBuilder json = new StringBuilder();
    for (Flight row : rows()) {
      json.append(
          String.format(
              Locale.ROOT,
              "{\"id\":\"%s\",\"fare\":%s,\"hops\":%d,\"carrier\":\"%s\",\"weekend\":%s,\"score\":%s}%n",
              row.id,
              row.fare,
              row.hops,
              row.carrier.replace("\"", "\\\""),
              row.weekend,
              row.score));
    }
    return Files.writeString(folder.resolve("flights.jsonl"), json);
  }
}
