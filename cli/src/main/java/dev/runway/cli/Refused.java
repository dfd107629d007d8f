package dev.runway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The API said no. What it said is shown whole: which field, why, and under which id it is logged.
 */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  Refused(int status, JsonNode problem) {
    super(words(status, problem));
    this.status = status;
  }

  int status() {
    return status;
  }

  private static String words(int status, JsonNode problem) {
    List<String> lines = new ArrayList<>();
    JsonNode errors = problem.path("errors");
    String title = problem.path("title").asText("refused");
    lines.add(
        "%d %s%s"
            .formatted(
                status,
                title,
                // With fields it repeats the first of them.
                errors.isEmpty() ? ": " + problem.path("detail").asText() : ""));
    for (JsonNode error : errors) {
      String place =
          error
              .path("pointer")
              .asText(error.path("parameter").asText(error.path("header").asText("")));
      lines.add("  " + place + "  " + error.path("detail").asText());
    }
    if (problem.has("request_id")) {
      lines.add("  request " + problem.path("request_id").asText());
    }
    return Tables.printable(String.join("\n", lines));
  }
}
