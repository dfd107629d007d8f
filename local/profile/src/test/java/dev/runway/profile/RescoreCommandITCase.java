package dev.runway.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftReading;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.model.Topic;
import dev.runway.profile.RescoreCommand.Database;
import dev.runway.sql.RolePasswords;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verb over tiles in a real PostgreSQL, counted for a baseline on a real broker. */
class RescoreCommandITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");
  private static final int MINUTES = 120;
  private static final int PER_MINUTE = 100;

  @TempDir static Path folder;

  private static BaselineProfile known;
  private static Path newer;

  /** What is counted from raw values, an hour each. */
  private static Tile first;

  private static Tile second;

  /** A calm hour and one that has moved, in tiles of the baseline that was there. */
  @BeforeAll
  static void storeTiles() throws Exception {
    BROKER.createTopic(
        Topic.BASELINES.in(Topic.LIVE), Topic.BASELINES.partitions(), Topic.BASELINES.settings());
    known = profile("known", 0, "--publish", "--bootstrap-servers", BROKER.bootstrapServers());
    newer = folder.resolve("newer.json");
    profile("newer", 0.5);
    TileLayout layout = TileLayout.of(known, false);
    first = layout.newTile();
    second = layout.newTile();
    Random random = new Random(3);
    try (var connection = POSTGRES.connect(RolePasswords.WRITER);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO drift_tiles (model_id, model_version, segment, profile_id,"
                    + " window_start_at, window_end_at, predictions, tile, revision, computed_at)"
                    + " VALUES ('m', '1', '*', ?, ?, ?, ?, ?, 1, now())")) {
      for (int minute = 0; minute < MINUTES; minute++) {
        Tile tile = layout.newTile();
        Row row = layout.newRow();
        for (int i = 0; i < PER_MINUTE; i++) {
          row.clear();
          row.number(layout.position("x"), value(random, minute < 60 ? 0 : 0.5));
          tile.add(row);
          (minute < 60 ? first : second).add(row);
        }
        Instant start = NOON.plus(minute, ChronoUnit.MINUTES);
        insert.setString(1, known.id());
        insert.setTimestamp(2, Timestamp.from(start));
        insert.setTimestamp(3, Timestamp.from(start.plus(1, ChronoUnit.MINUTES)));
        insert.setLong(4, PER_MINUTE);
        insert.setBytes(5, tile.toBytes());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static double value(Random random, double shift) {
    return (float) (random.nextGaussian() + shift);
  }

  private static BaselineProfile profile(String name, double shift, String... options)
      throws Exception {
    Random random = new Random(name.hashCode());
    StringBuilder csv = new StringBuilder("x\n");
    for (int i = 0; i < 5_000; i++) {
      csv.append(value(random, shift)).append('\n');
    }
    Path rows = Files.writeString(folder.resolve(name + ".csv"), csv);
    Path output = folder.resolve(name + ".json");
    String[] arguments =
        Stream.concat(
                Stream.of("--model", "m", "--version", "1", "--output", output.toString()),
                Stream.concat(Stream.of("--input", rows.toString()), Stream.of(options)))
            .toArray(String[]::new);
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    assertThat(new CommandLine(new ProfileCommand(() -> "", nowhere, nowhere)).execute(arguments))
        .isZero();
    return ProfileJson.read(Files.readAllBytes(output));
  }

  private record Ran(int exit, List<List<String>> rows, String err) {
    double value(int row) {
      return Double.parseDouble(rows.get(row).get(4));
    }
  }

  private static Ran run(String... options) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    RescoreCommand command =
        new RescoreCommand(
            BROKER::bootstrapServers,
            () ->
                new Database(
                    POSTGRES.jdbcUrl(),
                    RolePasswords.READER,
                    POSTGRES.password(RolePasswords.READER)),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    int exit =
        new CommandLine(command)
            .setErr(new PrintWriter(err))
            .setExecutionExceptionHandler(
                (exception, line, parsed) -> {
                  line.getErr().println(exception.getMessage());
                  return 1;
                })
            .execute(
                Stream.concat(Stream.of("--model", "m", "--version", "1"), Stream.of(options))
                    .toArray(String[]::new));
    List<List<String>> rows =
        out.toString(StandardCharsets.UTF_8)
            .lines()
            .map(line -> List.of(line.split("\t", -1)))
            .filter(row -> row.get(3).equals("psi_debiased"))
            .toList();
    return new Ran(exit, rows, err.toString());
  }

  private static Ran hours(String against) {
    return run(
        "--against",
        against,
        "--from",
        NOON.toString(),
        "--to",
        "2026-11-01T14:00:00Z",
        "--every",
        "PT1H");
  }

  /** As if the raw values had been counted in one go. */
  private static double expected(BaselineProfile baseline, Tile tile) {
    return new DriftScorer(DriftPolicy.standard())
        .score(baseline, tile, TileLayout.of(known, false))
        .features()
        .get(0)
        .psi();
  }

  @Test
  void baselineThatWasThere_isReadExactly() {
    Ran ran = hours(known.id());

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.rows()).hasSize(2);
    assertThat(ran.rows().get(0))
        .startsWith(NOON.toString(), known.id(), "x", "psi_debiased")
        .endsWith("none", DriftReading.EXACT, "0.0");
    assertThat(ran.rows().get(0).get(5)).isEqualTo("6000");
    assertThat(ran.rows().get(1)).startsWith("2026-11-01T13:00:00Z").contains("warning");
    assertThat(ran.value(0)).isEqualTo(expected(known, first)).isLessThan(0.02);
    assertThat(ran.value(1)).isEqualTo(expected(known, second)).isBetween(0.15, 0.35);
  }

  /** It is what the second hour looks like: then the first one has drifted. */
  @Test
  void anotherBaseline_isReadFromTheSameCounts() throws Exception {
    Ran ran = hours(newer.toString());
    BaselineProfile baseline = ProfileJson.read(Files.readAllBytes(newer));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.rows()).hasSize(2);
    assertThat(ran.rows().get(0)).contains(DriftReading.FINE_BINS);
    // What was interpolated may be wrong, and the line says by how much.
    assertThat(Double.parseDouble(ran.rows().get(0).get(10))).isPositive();
    assertThat(ran.value(0)).isEqualTo(expected(baseline, first)).isBetween(0.15, 0.35);
    assertThat(ran.value(1)).isEqualTo(expected(baseline, second)).isLessThan(0.02);
  }

  @Test
  void allOfTheTime_isOneReading() {
    Ran ran =
        run("--against", known.id(), "--from", NOON.toString(), "--to", "2027-01-01T00:00:00Z");

    assertThat(ran.rows()).hasSize(1);
    assertThat(ran.rows().get(0).get(5)).isEqualTo("12000");
    assertThat(ran.value(0)).isEqualTo(expected(known, first.plus(second)));
  }

  @Test
  void whatIsNotThere_isSaid() {
    Ran nothing =
        run("--against", known.id(), "--from", "2025-01-01T00:00:00Z", "--to", NOON.toString());
    assertThat(nothing.exit()).isEqualTo(1);
    assertThat(nothing.err()).contains("no tiles of m 1 (*)").contains("8 days");

    Ran unknown = hours("no-such-baseline");
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("no-such-baseline is no file");
  }
}
