package dev.runway.bench.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.grafana.GrafanaSql;
import dev.runway.grafana.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Opens dashboards as a person does: all chosen, or one model at random. */
public final class Visitor implements AutoCloseable {
  private static final int POINTS = 1_000;
  private static final int[] SECONDS = {600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400};

  private final Connection reader;
  private final List<JsonNode> dashboards = new ArrayList<>();
  private final Random random;

  public Visitor(Fleet fleet, Path folder, long seed) throws SQLException, IOException {
    reader = fleet.reader();
    random = new Random(seed);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
        dashboards.add(new ObjectMapper().readTree(file.toFile()));
      }
    }
  }

  /** Every query of every dashboard, each of them so often; variables are asked once a round. */
  public List<Times> ask(Duration span, int rounds) throws SQLException {
    Map<String, Times> times = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (JsonNode dashboard : dashboards) {
        Instant now = Instant.now();
        Map<String, List<String>> chosen = new LinkedHashMap<>();
        for (JsonNode variable : dashboard.at("/templating/list")) {
          choose(variable, chosen, now.minus(span), now, times, dashboard.get("uid").asText());
        }
        for (Query query : Query.of(dashboard)) {
          if (query.kind() != Query.Kind.VARIABLE) {
            GrafanaSql grafana =
                new GrafanaSql(now.minus(span), now, interval(query, span), chosen);
            rows(grafana.expand(query.sql()), times, query.toString(), span);
          }
        }
      }
    }
    return List.copyOf(times.values());
  }

  private void choose(
      JsonNode variable,
      Map<String, List<String>> chosen,
      Instant from,
      Instant to,
      Map<String, Times> times,
      String dashboard)
      throws SQLException {
    String name = variable.get("name").asText();
    List<String> values = new ArrayList<>();
    if (variable.get("type").asText().equals("query")) {
      String sql =
          new GrafanaSql(from, to, Duration.ofMinutes(10), chosen)
              .expand(variable.get("query").asText());
      values.addAll(rows(sql, times, dashboard + " variable " + name, Duration.between(from, to)));
    } else {
      variable.path("options").forEach(option -> values.add(option.get("value").asText()));
    }
    boolean several = variable.path("multi").asBoolean();
    if (values.isEmpty() && !several) {
      values.add("");
    }
    // Drift readings are there for one model in 25: as often one of these as another one.
    int place =
        name.equals("model")
            ? random.nextInt(values.size()) / 25 * 25
                + (random.nextBoolean() ? 0 : random.nextInt(25))
            : 0;
    chosen.put(name, several ? values : List.of(values.get(Math.min(place, values.size() - 1))));
  }

  private static Duration interval(Query query, Duration span) {
    long least =
        query.interval().isEmpty()
            ? 1
            : Duration.parse(
                    (query.interval().endsWith("d") ? "P" : "PT")
                        + query.interval().toUpperCase(Locale.ROOT))
                .toSeconds();
    for (int seconds : SECONDS) {
      if (seconds >= least && seconds >= span.toSeconds() / POINTS) {
        return Duration.ofSeconds(seconds);
      }
    }
    return Duration.ofDays(1);
  }

  /** First column of all rows. */
  private List<String> rows(String sql, Map<String, Times> times, String name, Duration span)
      throws SQLException {
    List<String> first = new ArrayList<>();
    long begun = System.nanoTime();
    try (Statement statement = reader.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        first.add(String.valueOf(rows.getString(1)));
      }
    } catch (SQLException e) {
      throw new SQLException(name + ": " + e.getMessage() + "\n" + sql, e.getSQLState(), e);
    }
    times
        .computeIfAbsent(name, each -> new Times(each, span, new ArrayList<>(), new ArrayList<>()))
        .add((System.nanoTime() - begun) / 1e6, first.size());
    return first;
  }

  @Override
  public void close() throws SQLException {
    reader.close();
  }
}
