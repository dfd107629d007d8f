package dev.runway.stack.flink;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills {@code ${name}} in configuration and SQL files. */
final class Template {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-z0-9-]+)}");

  private Template() {}

  /**
   * Fills every line that is no comment.
   *
   * @param comment what a comment line starts with
   * @throws IllegalStateException if a placeholder has no value
   */
  static String fill(String template, Map<String, String> values, String comment) {
    StringBuilder filled = new StringBuilder();
    for (String line : template.split("\n", -1)) {
      filled.append(line.startsWith(comment) ? line : fillLine(line, values)).append('\n');
    }
    filled.setLength(filled.length() - 1);
    return filled.toString();
  }

  private static String fillLine(String line, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(line)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), values)));
  }

  private static String value(String name, Map<String, String> values) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("nothing fills ${" + name + "}");
    }
    return value;
  }
}
