package dev.runway.sql.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The functions as SQL sees them, registered by the file that the prompt reads. */
class SqlFunctionsTest {

  private static TableEnvironment tables(boolean batch) {
    Configuration configuration = new Configuration();
    // Fails where a state would be written by Kryo.
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.setString("parallelism.default", "2");
    EnvironmentSettings.Builder settings =
        EnvironmentSettings.newInstance().withConfiguration(configuration);
    TableEnvironment tables =
        TableEnvironment.create(
            (batch ? settings.inBatchMode() : settings.inStreamingMode()).build());
    try {
      for (String statement :
          Files.readString(Path.of("../flink/ddl/functions.sql"))
              .replaceAll("(?m)^--.*$", "")
              .split(";", -1)) {
        if (!statement.isBlank()) {
          tables.executeSql(statement.strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tables;
  }

  /** The last row: a stream says every change. */
  private static Row last(TableEnvironment tables, String query) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (CloseableIterator<Row> results = tables.executeSql(query).collect()) {
      results.forEachRemaining(rows::add);
    }
    Row last = rows.get(rows.size() - 1);
    last.setKind(RowKind.INSERT);
    return last;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sketches_areMadeAndAskedBySql(boolean batch) throws Exception {
    TableEnvironment tables = tables(batch);
    tables.executeSql(
        "CREATE TEMPORARY TABLE numbers (id BIGINT) WITH ('connector' = 'datagen',"
            + " 'number-of-rows' = '100', 'fields.id.kind' = 'sequence',"
            + " 'fields.id.start' = '1', 'fields.id.end' = '100')");

    Row row =
        last(
            tables,
            """
            SELECT kll_sketch_get_n_double(s), kll_sketch_get_quantile_double(s, 0.5),
                   hll_sketch_estimate(h), psi(s, s), kll_sketch_get_rank_double(s, 25)
            FROM (
              SELECT kll_sketch_agg_double(id) AS s, hll_sketch_agg(MOD(id, 10)) AS h FROM numbers)
            """);

    assertThat(row).isEqualTo(Row.of(100L, 50.0, 10L, 0.0, 0.25));
  }

  /** In a stream a sketch of sketches that change would have to take values out again. */
  @Test
  void sketchesOfGroups_areMergedBySql() throws Exception {
    TableEnvironment tables = tables(true);
    tables.executeSql(
        "CREATE TEMPORARY TABLE numbers (id BIGINT) WITH ('connector' = 'datagen',"
            + " 'number-of-rows' = '100', 'fields.id.kind' = 'sequence',"
            + " 'fields.id.start' = '1', 'fields.id.end' = '100')");

    Row row =
        last(
            tables,
            """
            SELECT kll_sketch_get_n_double(kll_merge_agg_double(s)),
                   kll_sketch_get_quantile_double(kll_merge_agg_double(s), 0.5),
                   hll_sketch_estimate(hll_union_agg(h))
            FROM (
              SELECT MOD(id, 4) AS part, kll_sketch_agg_double(id) AS s,
                     hll_sketch_agg(CAST(MOD(id, 10) AS STRING), 10) AS h
              FROM numbers GROUP BY MOD(id, 4))
            """);

    assertThat(row).isEqualTo(Row.of(100L, 50.0, 10L));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tiles_areRewindowedAndComparedBySql(boolean batch) throws Exception {
    BaselineProfile profile = Samples.profile("p-1");
    TileLayout layout = TileLayout.of(profile, true);
    Tile first = Samples.tile(layout, Samples.rows(1_000, 40, 2));
    Tile second = Samples.tile(layout, Samples.rows(1_000, 55, 3));
    TableEnvironment tables = tables(batch);
    tables.executeSql(
        "CREATE TEMPORARY VIEW tiles AS SELECT * FROM (VALUES (1, X'%s'), (2, X'%s'))"
                .formatted(hex(first), hex(second))
            + " AS t (w, tile)");
    tables.executeSql(
        "CREATE TEMPORARY VIEW baseline AS SELECT '%s' AS profile"
            .formatted(Samples.json(profile).replace("'", "''")));

    Row row =
        last(
            tables,
            "SELECT tile_predictions(t.tile), psi(b.profile, t.tile, 'age'), js_distance(b.profile,"
                + " t.tile, 'age'), ks(b.profile, t.tile, 'age'), kl_divergence(b.profile, t.tile,"
                + " 'age') FROM (SELECT tile_merge(tile) AS tile FROM tiles) AS t CROSS JOIN"
                + " baseline AS b");

    byte[] merged = first.plus(second).toBytes();
    String json = Samples.json(profile);
    assertThat(row.getField(0)).isEqualTo(2_000L);
    assertThat(row.getField(1)).isEqualTo(value(new Psi(), json, merged));
    assertThat(row.getField(2)).isEqualTo(value(new JsDistance(), json, merged));
    assertThat(row.getField(3)).isEqualTo(value(new Ks(), json, merged));
    assertThat(row.getField(4)).isEqualTo(value(new KlDivergence(), json, merged));
    Row readings =
        last(
            tables,
            "SELECT `value` FROM (SELECT tile_merge(tile) AS tile FROM tiles) AS t"
                + " CROSS JOIN baseline AS b, LATERAL TABLE(tile_readings(b.profile, t.tile))"
                + " WHERE feature = 'age' AND `metric` = 'psi'");
    assertThat(readings.getField(0)).isEqualTo(row.getField(1));
    assertThatThrownBy(() -> last(tables, "SELECT psi(profile, X'0909', 'age') FROM baseline"))
        .rootCause()
        .hasMessageContaining("psi: not a tile");
  }

  private static Double value(Distance function, String profile, byte[] tile) {
    return function.eval(profile, tile, "age");
  }

  private static String hex(Tile tile) {
    return HexFormat.of().formatHex(tile.toBytes());
  }
}
