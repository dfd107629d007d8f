package dev.runway.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.BaselineDirectory;
import dev.runway.driftmonitor.baseline.Baselines;
import dev.runway.driftmonitor.baseline.KafkaBaselineDirectory;
import dev.runway.flink.KafkaAccess;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DeadLetter;
import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The verb against a real PostgreSQL and a real broker. */
class ProfileCommandITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final String TOPIC = Topic.BASELINES.in(Topic.LIVE);

  @TempDir Path folder;

  @BeforeAll
  static void createTopic() {
    BROKER.createTopic(TOPIC, Topic.BASELINES.partitions(), Topic.BASELINES.settings());
  }

  @Test
  void table_givesWhatCsvGives() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "CREATE SCHEMA training",
        "CREATE TABLE training.flights (id text, fare numeric(12,2), hops smallint, carrier text,"
            + " weekend boolean, score double precision, landed_at timestamptz, seats int[])");
    insertFlights();
    Profiling profiling = new Profiling(folder);

    BaselineProfile ofTable =
        profiling.profile(jdbc("--table", "training.flights", Flights.OPTIONS));

    BaselineProfile ofCsv =
        new Profiling(folder)
            .profile(with(Flights.OPTIONS, "--input", Flights.csv(folder).toString()));
    assertThat(Profiling.counts(ofTable)).isEqualTo(Profiling.counts(ofCsv));
    assertThat(profiling.out())
        .contains("left out: landed_at is of type timestamptz", "left out: seats is of type _int4");
  }

  @Test
  void query_isReadInOneSnapshot_andOnlyRead() throws Exception {
    String[] query =
        jdbc(
            "--query",
            "SELECT i::bigint AS n, 'w' || (i % 3) AS w, i % 2 = 0 AS b, 'NaN'::float8 AS nan,"
                + " NULL::int AS nothing FROM generate_series(1, 5000) i");

    BaselineProfile profile = new Profiling(folder).profile(query);

    assertThat(profile.features())
        .extracting(FeatureProfile::kind)
        .containsExactly(
            FeatureKind.NUMERIC,
            FeatureKind.CATEGORICAL,
            FeatureKind.BOOLEAN,
            FeatureKind.NUMERIC,
            FeatureKind.NUMERIC);
    assertThat(profile.features())
        .extracting(FeatureProfile::n)
        .containsExactly(5000L, 5000L, 5000L, 0L, 0L);
    Profiling writing = new Profiling(folder);
    assertThat(writing.run(jdbc("--query", "CREATE TABLE stray (i int)"))).isEqualTo(1);
    assertThat(writing.err()).contains("the database says: ");
  }

  private static void insertFlights() throws Exception {
    try (var connection = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        var insert =
            connection.prepareStatement(
                "INSERT INTO training.flights VALUES (?, ?, ?, ?, ?, ?, now(), '{1}')")) {
      for (Flights.Flight row : Flights.rows()) {
        insert.setString(1, row.id());
        insert.setObject(2, row.fare());
        insert.setInt(3, row.hops());
        insert.setString(4, row.carrier());
        insert.setBoolean(5, row.weekend());
        insert.setDouble(6, row.score());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private String[] jdbc(String what, String value, String... options) throws Exception {
    Path password = folder.resolve("password");
    Files.writeString(password, POSTGRES.password(PostgresDatabase.SUPERUSER) + "\n");
    return with(
        options,
        "--jdbc",
        POSTGRES.jdbcUrl(),
        "--user",
        PostgresDatabase.SUPERUSER,
        "--password-file",
        password.toString(),
        what,
        value);
  }

  @Test
  void publishedBaseline_isTheOneThatTheJobCountsWith() throws Exception {
    Profiling profiling = new Profiling(folder);
    BaselineProfile profile = profiling.profile(publish(Flights.csv(folder), "--score", "score"));

    List<DeadLetter> refused = new ArrayList<>();
    try (BaselineDirectory directory =
        KafkaBaselineDirectory.of(
                KafkaAccess.of(BROKER.bootstrapServers()), TOPIC, true, Baselines.SHARE_OF_HEAP)
            .open(refused::add)) {
      TileLayout layout = directory.inForce("m", "1", 0, 0);

      assertThat(layout).isNotNull();
      assertThat(layout.profile().id()).isEqualTo(profile.id());
      assertThat(layout.profile().features()).isEqualTo(profile.features());
      assertThat(layout.position("$score")).isNotNegative();
    }
    assertThat(refused).isEmpty();
    assertThat(profiling.out()).contains("published to " + TOPIC);
  }

  @Test
  void baselineOfAVersion_neverChanges_andGivesWayOnlyWhenToldTo() throws Exception {
    Path rows = Files.writeString(folder.resolve("a.csv"), "x\n1\n2\n3\n");
    Path others = Files.writeString(folder.resolve("b.csv"), "x\n4\n5\n6\n");
    String[] asVersion2 = {"--version", "2"};
    assertThat(run(publish(rows, asVersion2))).isEmpty();

    // Again, from the same rows: nothing to do.
    assertThat(run(publish(rows, asVersion2))).isEmpty();
    assertThat(records("2")).hasSize(1);

    assertThat(run(publish(others, asVersion2)))
        .contains("m 2 has another baseline", "say --created-at now");
    assertThat(run(publish(others, "--version", "2", "--created-at", "2020-01-01T00:00:00Z")))
        .contains("one that takes over must be created later");
    assertThat(records("2")).hasSize(1);

    assertThat(run(publish(others, "--version", "2", "--created-at", "now"))).isEmpty();
    assertThat(records("2"))
        .satisfiesExactly(
            first -> assertThat(first.dataStartMillis()).isZero(),
            second ->
                assertThat(second.createdAtMillis())
                    .isBetween(
                        records("2").get(0).createdAtMillis(), Instant.now().toEpochMilli()));

    assertThat(run(publish(rows, "--version", "2", "--created-at", "now")))
        .contains("an id is used once");
    assertThat(records("2")).hasSize(2);
  }

  /** Nothing of it is wrong, but what was counted meanwhile stays as it is: that must be told. */
  @Test
  void baselineThatTakesOverInThePast_saysSo() throws Exception {
    Path rows = Files.writeString(folder.resolve("a.csv"), "x\n1\n2\n3\n");
    Path others = Files.writeString(folder.resolve("b.csv"), "x\n4\n5\n6\n");
    Path third = Files.writeString(folder.resolve("c.csv"), "x\n7\n8\n9\n");
    Profiling first = new Profiling(folder);
    Profiling past = new Profiling(folder);
    Profiling now = new Profiling(folder);

    first.profile(publish(rows, "--version", "3", "--created-at", "2026-01-01T00:00:00Z"));
    past.profile(publish(others, "--version", "3", "--created-at", "2026-01-02T00:00:00Z"));
    now.profile(publish(third, "--version", "3", "--created-at", "now"));

    assertThat(first.out()).doesNotContain("which is past");
    assertThat(past.out()).contains("takes over from 2026-01-02T00:01:00Z on, which is past");
    assertThat(now.out()).doesNotContain("which is past");
    assertThat(records("3")).hasSize(3);
  }

  /** What it complains about; empty if it does not. */
  private String run(String... options) {
    Profiling profiling = new Profiling(folder);
    int exit = profiling.run(options);
    assertThat(exit == 0).isEqualTo(profiling.err().isEmpty());
    return profiling.err();
  }

  private static List<Baseline> records(String version) throws Exception {
    List<Baseline> found = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : BROKER.readAll(TOPIC)) {
      Baseline baseline = BaselineCodec.read(record.value());
      if (baseline.modelVersion().equals(version)) {
        assertThat(record.key()).isEqualTo(baseline.key());
        found.add(baseline);
      }
    }
    return found;
  }

  private static String[] publish(Path file, String... options) {
    return with(
        options,
        "--input",
        file.toString(),
        "--publish",
        "--bootstrap-servers",
        BROKER.bootstrapServers());
  }

  private static String[] with(String[] options, String... more) {
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }
}
