package dev.runway.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One declaration of {@code flink/ddl/tables.sql}.
 *
 * @param columns types by name
 * @param from what stands behind FROM in PostgreSQL, with a placeholder for the schema
 * @param options what stands behind that
 */
record FlinkTable(String name, Map<String, String> columns, String from, String options) {

  private static final Pattern DECLARED =
      Pattern.compile(
          "CREATE TEMPORARY TABLE (\\w+) \\((.*?)\\) WITH \\(.*?'table-name' = '([^']*)',(.*?)\\);",
          Pattern.DOTALL);

  private static final Pattern COLUMN =
      Pattern.compile("`?(\\w+)`? ([A-Z]+(?:\\(\\d+(?:, \\d+)?\\)|<[A-Z]+>)?)(?:,|\\s*$)");

  static List<FlinkTable> all() throws IOException {
    List<FlinkTable> tables = new ArrayList<>();
    Matcher declared = DECLARED.matcher(Files.readString(Path.of("flink/ddl/tables.sql")));
    while (declared.find()) {
      Map<String, String> columns = new LinkedHashMap<>();
      Matcher column = COLUMN.matcher(declared.group(2).strip());
      while (column.find()) {
        columns.put(column.group(1), column.group(2));
      }
      tables.add(new FlinkTable(declared.group(1), columns, declared.group(3), declared.group(4)));
    }
    return tables;
  }

  /** The view it reads. */
  String view() {
    Matcher view = Pattern.compile("\\$\\{schema}\\.(v_\\w+)").matcher(from);
    if (!view.find()) {
      throw new IllegalStateException(name + " reads " + from);
    }
    return view.group(1);
  }
}
