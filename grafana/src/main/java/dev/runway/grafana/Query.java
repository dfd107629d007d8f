package dev.runway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One SQL query of a dashboard, as its file has it.
 *
 * @param dashboard its uid
 * @param place panel and letter, {@code variable x} or {@code annotation x}
 * @param kind what the answer is for
 * @param sql with variables and macros
 * @param interval at least so long between two points, such as {@code 1h}; empty for any
 */
public record Query(String dashboard, String place, Kind kind, String sql, String interval) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What Grafana does with an answer. */
  public enum Kind {
    /** Rows of a table or numbers. */
    TABLE,
    /** Lines over time. */
    TIME_SERIES,
    /** Values to choose from. */
    VARIABLE,
    /** Marks. */
    ANNOTATION
  }

  /** All queries of the dashboards in a folder, in the order of the files. */
  public static List<Query> of(Path folder) throws IOException {
    List<Query> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
        queries.addAll(of(JSON.readTree(file.toFile())));
      }
    }
    return queries;
  }

  /** All queries of a dashboard: variables first, in the order in which they are asked. */
  public static List<Query> of(JsonNode dashboard) {
    String uid = dashboard.get("uid").asText();
    List<Query> queries = new ArrayList<>();
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.get("type").asText().equals("query")) {
        String name = variable.get("name").asText();
        queries.add(
            new Query(uid, "variable " + name, Kind.VARIABLE, variable.get("query").asText(), ""));
      }
    }
    for (JsonNode annotation : dashboard.at("/annotations/list")) {
      queries.add(
          new Query(
              uid,
              "annotation " + annotation.get("name").asText(),
              Kind.ANNOTATION,
              annotation.at("/target/rawSql").asText(),
              ""));
    }
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.path("targets")) {
        if (target.has("rawSql")) {
          boolean table = target.get("format").asText().equals("table");
          queries.add(
              new Query(
                  uid,
                  panel.get("id").asText() + target.get("refId").asText(),
                  table ? Kind.TABLE : Kind.TIME_SERIES,
                  target.get("rawSql").asText(),
                  panel.path("interval").asText()));
        }
      }
    }
    return queries;
  }

  @Override
  public String toString() {
    return dashboard + " " + place;
  }
}
