package dev.runway.sql.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive's tables on files that groundtruth-join has written. */
class ArchiveTablesTest {

  private static final Path GOLDEN =
      Path.of("../../jobs/groundtruth-join/src/test/resources/golden/archive");

  @TempDir Path archive;

  private final TableEnvironment tables =
      TableEnvironment.create(EnvironmentSettings.inBatchMode());

  @BeforeEach
  void declare() throws IOException {
    for (String dataset : List.of("predictions", "outcomes", "groundtruth")) {
      Path folder =
          Files.createDirectories(
              archive.resolve(dataset).resolve("day=2026-03-01").resolve("model=m"));
      Files.copy(GOLDEN.resolve(dataset + "-v1.parquet"), folder.resolve("part-1.parquet"));
      // Being written, or left by a crash.
      Files.writeString(folder.resolve(".part-2.parquet.inprogress"), "half a file");
    }
    String ddl = Files.readString(Path.of("../flink/ddl/archive.sql"));
    for (String statement :
        ddl.replace("${archive}", archive.toUri().toString())
            .replaceAll("(?m)^--.*$", "")
            .split(";\n", -1)) {
      if (!statement.isBlank()) {
        tables.executeSql(statement.strip());
      }
    }
  }

  @Test
  void everyColumn_isRead() throws Exception {
    for (String table :
        List.of("archived_predictions", "archived_outcomes", "archived_groundtruth")) {
      List<Row> rows = rows("SELECT * FROM " + table + " WHERE `day` = '2026-03-01'");

      assertThat(rows).as(table).isNotEmpty();
      assertThat(rows)
          .allSatisfy(
              row -> {
                assertThat(row.getField("model_id")).isNotNull();
                assertThat(row.getField("prediction_id")).isNotNull();
                assertThat(row.getField("model")).isEqualTo("m");
              });
    }
    assertThat(
            rows(
                "SELECT prediction_id, status, predicted_at, score, `variant`, weight,"
                    + " actual_label, actual_value, delay_millis, outcomes FROM"
                    + " archived_groundtruth"))
        .containsExactly(
            Row.of(
                "p",
                "LABELLED",
                LocalDateTime.parse("2025-06-15T15:07"),
                0.25,
                "x:b",
                2.5,
                null,
                1.0,
                5_000L,
                1));
    assertThat(rows("SELECT ranking FROM archived_predictions WHERE prediction_id = 'p'"))
        .containsExactly(Row.of((Object) new String[] {"a", "b"}));
  }

  /** Beside files of before, which have no such column. */
  @Test
  void keysOfSubjects_areBytes_andNullWhereNobodyKnows() throws Exception {
    Path folder =
        Files.createDirectories(archive.resolve("predictions/day=2026-03-02").resolve("model=m"));
    Files.copy(GOLDEN.resolve("predictions-v2.parquet"), folder.resolve("part-1.parquet"));

    assertThat(
            rows(
                "SELECT prediction_id, `day`, entity_key IS NULL FROM archived_predictions ORDER BY"
                    + " `day`, prediction_id"))
        .containsExactly(
            Row.of("p", "2026-03-01", true),
            Row.of("q", "2026-03-01", true),
            Row.of("p", "2026-03-02", false),
            Row.of("q", "2026-03-02", false),
            Row.of("r", "2026-03-02", true));
    assertThat(
            rows(
                "SELECT prediction_id FROM archived_predictions WHERE entity_key ="
                    + " X'0000000000000001fffffffffffffffe'"))
        .containsExactlyInAnyOrder(Row.of("p"), Row.of("q"));
  }

  @Test
  void labelsByDay_areCounted() throws Exception {
    String question =
        Files.readString(Path.of("../flink/questions/archived-labels-by-day.sql"))
            .replaceAll("(?m)^--.*$", "")
            .replace(";", "");

    List<Row> days = rows(question);

    long predictions = days.stream().mapToLong(row -> (Long) row.getField("predictions")).sum();
    assertThat(days).isNotEmpty().allMatch(row -> "2026-03-01".equals(row.getField("day")));
    assertThat(predictions).isEqualTo(rows("SELECT status FROM archived_groundtruth").size());
  }

  private List<Row> rows(String sql) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> results = tables.executeSql(sql).collect()) {
      results.forEachRemaining(rows::add);
    }
    return rows;
  }
}
