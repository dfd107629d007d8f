package dev.runway.grafana;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Grafana makes of a query before PostgreSQL sees it, as its own data source does
 * (pkg/tsdb/grafana-postgresql-datasource/macros.go): variables first, then the interval, then
 * macros, whose arguments hold neither brackets nor commas.
 *
 * @param from start of the span of time
 * @param to its end
 * @param interval time between two points
 * @param variables values of each variable, without quotes
 */
public record GrafanaSql(
    Instant from, Instant to, Duration interval, Map<String, List<String>> variables) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(?::(\\w+))?\\}");
  private static final Pattern MACRO = Pattern.compile("\\$(__[_a-zA-Z0-9]+)\\(([^)]*)\\)");

  /**
   * The query as PostgreSQL gets it.
   *
   * @throws IllegalArgumentException if it names a variable, a format or a macro that is not known
   */
  public String expand(String sql) {
    String chosen = VARIABLE.matcher(sql).replaceAll(found -> literal(variable(found)));
    String timed =
        chosen
            .replace("$__interval_ms", Long.toString(interval.toMillis()))
            .replace("$__interval", interval.toSeconds() + "s");
    String plain = MACRO.matcher(timed).replaceAll(found -> literal(macro(found)));
    if (plain.contains("$")) {
      throw new IllegalArgumentException("not known to Grafana: " + plain);
    }
    return plain;
  }

  /** The titles of panels, as they are shown. */
  public String text(String title) {
    return VARIABLE
        .matcher(title)
        .replaceAll(found -> literal(String.join(" + ", values(found.group(1)))));
  }

  private String variable(MatchResult found) {
    List<String> values = values(found.group(1));
    String format = found.group(2);
    if ("raw".equals(format) && values.size() == 1) {
      return values.get(0);
    }
    if ("sqlstring".equals(format)) {
      return values.stream()
          .map(value -> "'" + value.replace("'", "''") + "'")
          .collect(Collectors.joining(","));
    }
    throw new IllegalArgumentException("no such format: " + found.group());
  }

  private List<String> values(String name) {
    List<String> values = variables.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no such variable: " + name);
    }
    return values;
  }

  private String macro(MatchResult found) {
    String[] arguments = found.group(2).split(",", -1);
    String column = arguments[0].strip();
    return switch (found.group(1)) {
      case "__timeFilter" -> "%s BETWEEN '%s' AND '%s'".formatted(column, from, to);
      case "__timeFrom" -> "'" + from + "'";
      case "__timeTo" -> "'" + to + "'";
      case "__time" -> column + " AS \"time\"";
      case "__timeEpoch" -> "extract(epoch from " + column + ") as \"time\"";
      case "__timeGroup" -> group(column, arguments[1].strip());
      case "__timeGroupAlias" -> group(column, arguments[1].strip()) + " AS \"time\"";
      default -> throw new IllegalArgumentException("no such macro: " + found.group());
    };
  }

  private static String group(String column, String interval) {
    long seconds = seconds(interval.replace("'", ""));
    return "floor(extract(epoch from %s)/%d)*%d".formatted(column, seconds, seconds);
  }

  private static long seconds(String interval) {
    long count = Long.parseLong(interval.substring(0, interval.length() - 1));
    return switch (interval.charAt(interval.length() - 1)) {
      case 's' -> count;
      case 'm' -> 60 * count;
      case 'h' -> 3_600 * count;
      case 'd' -> 86_400 * count;
      default ->
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "no such interval: %s", interval));
    };
  }

  private static String literal(String replacement) {
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }
}
