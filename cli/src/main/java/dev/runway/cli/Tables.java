package dev.runway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Answers as people read them. What others wrote cannot move the cursor or colour the terminal. */
final class Tables {
  private static final int WIDEST = 60;

  /** What people type again has to be there as a whole, and so have the words that decide. */
  private static final Set<String> NEVER_CUT =
      Set.of(
          "object",
          "upstream",
          "downstream",
          "evidence",
          "explanation",
          "what",
          "embedding",
          "embeddings",
          "reasons");

  private static final MathContext DIGITS = new MathContext(6);
  private static final String GAP = "  ";

  private final PrintWriter out;

  Tables(PrintWriter out) {
    this.out = out;
  }

  /**
   * A table with a line for each item.
   *
   * @param columns empty for all that hold a single value; {@code a.b} is b of the thing a
   */
  void list(List<JsonNode> items, List<String> columns) {
    if (items.isEmpty()) {
      out.println("none");
      return;
    }
    List<String> shown = columns.isEmpty() ? scalars(items) : columns;
    List<List<String>> rows = new ArrayList<>();
    rows.add(shown);
    for (JsonNode item : items) {
      rows.add(shown.stream().map(column -> cell(column, at(item, column))).toList());
    }
    rows(rows);
  }

  /**
   * One thing: its fields as a whole, those of things within it by their way there ({@code
   * evidence.psi}), and a table for each list of things within it.
   *
   * @param sections columns of these tables, by the names of the lists
   */
  void one(JsonNode object, Map<String, List<String>> sections) {
    List<List<String>> fields = new ArrayList<>();
    fields("", object, sections, fields);
    rows(fields);
    object
        .properties()
        .forEach(
            field -> {
              if (isSection(field.getKey(), field.getValue(), sections)) {
                out.println();
                out.println(field.getKey());
                if (field.getValue().isObject()) {
                  one(field.getValue(), sections);
                } else {
                  list(
                      StreamSupport.stream(field.getValue().spliterator(), false).toList(),
                      sections.getOrDefault(field.getKey(), List.of()));
                }
              }
            });
  }

  private static void fields(
      String before, JsonNode object, Map<String, List<String>> sections, List<List<String>> into) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      if (isSection(field.getKey(), value, sections)) {
        continue;
      }
      if (value.isObject() && !value.isEmpty()) {
        fields(before + field.getKey() + ".", value, sections, into);
      } else {
        into.add(List.of(printable(before + field.getKey()), text(value)));
      }
    }
  }

  /** A list of things, or a thing that has such a list. */
  private static boolean isSection(
      String name, JsonNode value, Map<String, List<String>> sections) {
    return value.isArray()
        ? sections.containsKey(name) || value.path(0).isObject()
        : value.properties().stream()
            .anyMatch(
                field ->
                    field.getValue().isArray()
                        && isSection(field.getKey(), field.getValue(), sections));
  }

  private void rows(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** A field of an item, or with dots between the names one of a thing within it. */
  private static JsonNode at(JsonNode item, String column) {
    if (item.has(column)) {
      return item.path(column);
    }
    JsonNode value = item;
    for (String name : column.split("\\.", -1)) {
      value = value.path(name);
    }
    return value;
  }

  private static List<String> scalars(List<JsonNode> items) {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode item : items) {
      item.properties()
          .forEach(
              field -> {
                if (field.getValue().isValueNode()) {
                  names.add(field.getKey());
                }
              });
    }
    return List.copyOf(names);
  }

  private static String cell(String column, JsonNode value) {
    String text = text(value);
    boolean name = column.equals("id") || column.endsWith("_id") || column.endsWith("hash");
    return name || NEVER_CUT.contains(column) || text.length() <= WIDEST
        ? text
        : text.substring(0, WIDEST - 1) + "…";
  }

  /** In one line. */
  private static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (value.isFloatingPointNumber()) {
      return number(value.decimalValue());
    }
    if (value.has("compatibility") && value.has("version_after")) {
      return line(verdict(value));
    }
    if (value.isArray()) {
      // Of things the first field, which is what they are called.
      return line(
          StreamSupport.stream(value.spliterator(), false)
              .map(
                  each ->
                      each.isObject() && !each.isEmpty() && !each.has("version_after")
                          ? each.iterator().next()
                          : each)
              .map(
                  each ->
                      each.isValueNode()
                          ? each.asText()
                          : each.has("version_after") ? verdict(each) : each.toString())
              .collect(Collectors.joining(", ")));
    }
    return line(value.isValueNode() ? value.asText() : value.toString());
  }

  /** What was said of the vectors that a dependency carries. */
  private static String verdict(JsonNode said) {
    return "%s %s: %s to %s of %s%s%s, as of %s"
        .formatted(
            said.path("usage").asText(),
            said.path("compatibility").asText(),
            said.path("version_before").asText(),
            said.path("version_after").asText(),
            said.path("space_id").asText(),
            said.path("up_to_date").asBoolean(true) ? "" : ", out of date",
            said.path("current_document").asBoolean(true) ? "" : ", by an older document",
            said.path("as_of").asText());
  }

  private static String number(BigDecimal value) {
    BigDecimal rounded = value.round(DIGITS).stripTrailingZeros();
    return Math.abs(rounded.scale()) > 12 ? rounded.toString() : rounded.toPlainString();
  }

  private static String line(String text) {
    return printable(text.replace('\n', ' '));
  }

  /** The same without characters that a terminal obeys; line breaks stay. */
  static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.chars()
        .forEach(c -> printable.append(c != '\n' && Character.isISOControl(c) ? '?' : (char) c));
    return printable.toString();
  }
}
