package dev.runway.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet files as another program writes them: DuckDB. */
class ParquetInputTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"uncompressed", "snappy", "gzip", "zstd", "lz4_raw"})
  void parquet_ofEachCodec_givesWhatCsvGives(String codec) throws Exception {
    Path csv = Flights.csv(folder);
    Path parquet = folder.resolve("flights.parquet");
    duckdb(
        "COPY (SELECT * FROM read_csv('%s')) TO '%s' (FORMAT parquet, COMPRESSION %s, ROW_GROUP_SIZE 1000)"
            .formatted(csv, parquet, codec));

    BaselineProfile ofParquet = profile(parquet, Flights.OPTIONS);

    assertThat(Profiling.counts(ofParquet))
        .isEqualTo(Profiling.counts(profile(csv, Flights.OPTIONS)));
  }

  /** A training set of floats and one of doubles are the same to live traffic of either. */
  @Test
  void columnsOfFloats_giveWhatTheSameNumbersInCsvGive() throws Exception {
    Path csv = folder.resolve("tenths.csv");
    Path parquet = folder.resolve("tenths.parquet");
    duckdb("COPY (SELECT mod(i, 10) / 10 AS x FROM range(500) t(i)) TO '%s'".formatted(csv));
    duckdb(
        "COPY (SELECT x::FLOAT AS x FROM read_csv('%s')) TO '%s' (FORMAT parquet)"
            .formatted(csv, parquet));

    assertThat(Profiling.counts(profile(parquet))).isEqualTo(Profiling.counts(profile(csv)));
  }

  @Test
  void types_areNumbersWordsTruthsOrLeftOut() throws Exception {
    Path parquet = folder.resolve("types.parquet");
    duckdb(
        """
        COPY (SELECT i::TINYINT AS small, (9223372036854775808 + i)::UBIGINT AS big, i::FLOAT AS single,
          i::DECIMAL(5,2) AS price, i::DECIMAL(30,3) AS wide, mod(i, 2) = 0 AS even, 'w' || i AS word,
          DATE '2026-01-01' + i::INTEGER AS day, TIMESTAMP '2026-01-01' AS seen_at, [i] AS list,
          {'a': i} AS nested, ('x' || i)::BLOB AS bytes
          FROM range(40) t(i)) TO '%s' (FORMAT parquet)"""
            .formatted(parquet));
    Profiling profiling = new Profiling(folder);

    BaselineProfile profile = profiling.profile("--input", parquet.toString());

    assertThat(profile.features())
        .extracting(FeatureProfile::name)
        .containsExactly("small", "big", "single", "price", "wide", "even", "word");
    assertThat(Profiling.feature(profile, "even").kind()).isEqualTo(FeatureKind.BOOLEAN);
    assertThat(((NumericProfile) Profiling.feature(profile, "big")).min()).isEqualTo(0x1p63);
    assertThat(((NumericProfile) Profiling.feature(profile, "price")).max()).isEqualTo(39);
    assertThat(((NumericProfile) Profiling.feature(profile, "wide")).max()).isEqualTo(39);
    assertThat(profiling.out().lines().filter(line -> line.startsWith("left out: "))).hasSize(5);
  }

  @Test
  void damagedFile_isNamedWithTheRow() throws Exception {
    Path parquet = folder.resolve("flights.parquet");
    duckdb(
        "COPY (SELECT * FROM read_csv('%s')) TO '%s' (FORMAT parquet)"
            .formatted(Flights.csv(folder), parquet));
    byte[] bytes = Files.readAllBytes(parquet);
    Arrays.fill(bytes, 200, 4_000, (byte) 0x55);
    Files.write(parquet, bytes);
    Profiling profiling = new Profiling(folder);

    assertThat(profiling.run("--input", parquet.toString())).isEqualTo(1);
    assertThat(profiling.err()).contains("cannot read " + parquet);
    assertThat(profiling.output()).doesNotExist();
  }

  private BaselineProfile profile(Path input, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 2);
    all[options.length] = "--input";
    all[options.length + 1] = input.toString();
    return new Profiling(folder).profile(all);
  }

  private static void duckdb(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
