package dev.runway.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.Topic;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;

/** The declarations of topics against the catalogue and the schemas. */
class TopicTablesTest {

  private static final Pattern TABLE =
      Pattern.compile(
          "CREATE TEMPORARY TABLE (\\w+) \\(.*?'topic' = '\\$\\{namespace}\\.([a-z-]+)'",
          Pattern.DOTALL);

  private static final Pattern DOCUMENTED =
      Pattern.compile("\\| `runway\\.([a-z-]+)` \\|.*\\| `([a-z-]+\\.schema\\.json)` \\|");

  @Test
  void everyTopic_isATableWithEveryFieldOfItsSchema() throws Exception {
    String ddl = Files.readString(Path.of("../flink/ddl/topics.sql"));
    Map<String, String> tableByTopic = new HashMap<>();
    TABLE.matcher(ddl).results().forEach(m -> tableByTopic.put(m.group(2), m.group(1)));
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    for (String statement : ddl.replaceAll("(?m)^--.*$", "").split(";\n", -1)) {
      if (!statement.isBlank()) {
        tables.executeSql(statement.strip());
      }
    }
    Map<String, String> schemaByTopic = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("../../docs/topics.md"))) {
      Matcher documented = DOCUMENTED.matcher(line);
      if (documented.matches()) {
        schemaByTopic.put(documented.group(1), documented.group(2));
      }
    }

    for (Topic topic : Topic.values()) {
      String suffix = topic.in("x").substring(2);
      String table = tableByTopic.get(suffix);
      assertThat(table).as(suffix).isNotNull();
      assertThat(columns(tables, table))
          .as(suffix)
          .contains("appended_at")
          .containsAll(fields(schemaByTopic.get(suffix)));
    }
  }

  /** Reserved words change with Flink; a table that cannot be declared would end the prompt. */
  @Test
  void everyTableOfPostgres_isDeclared() throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    int declared = 0;
    for (String statement :
        Files.readString(Path.of("../flink/ddl/tables.sql"))
            .replaceAll("(?m)^--.*$", "")
            .split(";\n", -1)) {
      if (!statement.isBlank()) {
        tables.executeSql(statement.strip());
        declared++;
      }
    }

    assertThat(tables.listTemporaryTables()).hasSize(declared).hasSizeGreaterThan(30);
  }

  /**
   * Names, types and functions are those that there are: what a question answers is asked of a
   * demo.
   */
  @Test
  void everyQuestion_isPlanned() throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    for (String file : List.of("functions.sql", "topics.sql", "archive.sql", "tables.sql")) {
      String ddl = Files.readString(Path.of("../flink/ddl", file)).replaceAll("(?m)^--.*$", "");
      if (file.equals("tables.sql")) {
        // The connector is not here, and nothing is read.
        ddl =
            ddl.replaceAll(
                "(?s)WITH \\(\\s+'connector' = 'jdbc'.*?\n\\);",
                "WITH ('connector' = 'datagen', 'number-of-rows' = '1');");
      }
      for (String statement : ddl.replace("${archive}", "file:///nowhere").split(";\n", -1)) {
        if (!statement.isBlank()) {
          tables.executeSql(statement.strip());
        }
      }
    }
    List<Path> questions = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("../flink/questions"))) {
      files.forEach(questions::add);
    }

    assertThat(questions).hasSizeGreaterThan(20);
    for (Path question : questions) {
      String sql = Files.readString(question).strip();
      assertThat(sql).startsWith("-- Question: ").endsWith(";");
      assertThat(tables.explainSql(sql.substring(0, sql.length() - 1)))
          .as(question.toString())
          .contains("Optimized Execution Plan");
    }
  }

  private static List<String> columns(TableEnvironment tables, String table) throws Exception {
    List<String> columns = new ArrayList<>();
    try (CloseableIterator<Row> rows = tables.executeSql("DESCRIBE " + table).collect()) {
      rows.forEachRemaining(row -> columns.add((String) row.getField(0)));
    }
    return columns;
  }

  private static List<String> fields(String schema) throws Exception {
    try (InputStream in = Topic.class.getResourceAsStream("/schemas/" + schema)) {
      JsonNode properties = new ObjectMapper().readTree(in).path("properties");
      List<String> fields = new ArrayList<>();
      properties.fieldNames().forEachRemaining(fields::add);
      assertThat(fields).as(schema).isNotEmpty();
      return fields;
    }
  }
}
