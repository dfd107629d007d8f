package dev.runway.tables;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.model.DeadLetter;
import dev.runway.model.DeadLetterCodec;
import dev.runway.model.DecisionCodec;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.EmbeddingMixture.Mixing;
import dev.runway.model.EmbeddingMixtureCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.EmbeddingTrafficCodec;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelState;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.model.StalenessCodec;
import dev.runway.model.Topic;
import dev.runway.sql.RolePasswords;
import dev.runway.testkit.FaultyProxy;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job between a real broker and a real database that fails. */
class ResultTablesJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final Duration LONG = Waits.LONG;

  @TempDir Path folder;

  private String namespace;
  private Producer<byte[], byte[]> producer;
  private JobClient job;

  @BeforeEach
  void createTopics(TestInfo test) throws Exception {
    namespace = "t" + Integer.toHexString(test.getDisplayName().hashCode());
    BROKER.createTopics(
        Stream.of(
                Topic.PERFORMANCE,
                Topic.PERFORMANCE_MASTER,
                Topic.DRIFT,
                Topic.TILES,
                Topic.STALENESS,
                Topic.DECISIONS,
                Topic.EMBEDDING_STABILITY,
                Topic.EMBEDDING_TRAFFIC,
                Topic.EMBEDDING_MIXTURES,
                Topic.DEAD_LETTERS)
            .map(topic -> new NewTopic(topic.in(namespace), topic.partitions(), (short) 1))
            .toList());
    producer = BROKER.producer();
  }

  @AfterEach
  void stop() throws Exception {
    producer.close();
    if (job != null) {
      job.cancel().get();
    }
  }

  @Test
  void readings_becomeRowsAndOnlyNewerOnesReplaceThem() throws Exception {
    for (int model = 0; model < 50; model++) {
      for (long revision : new long[] {2, 5, 3, 5}) {
        send(Topic.PERFORMANCE, "m" + model, reading("rows-" + model, revision));
      }
    }
    start(POSTGRES.jdbcUrl());
    awaitRows("rows-", 50, 5);

    send(Topic.PERFORMANCE, "m7", reading("rows-7", 4));
    send(Topic.PERFORMANCE, "m7", reading("rows-7", 5));
    send(Topic.PERFORMANCE, "m7", reading("rows-last", 5));
    awaitRows("rows-last", 1, 5);
    awaitRows("rows-", 51, 5);
    assertThat(rows("SELECT count(*) FROM runway.v_label_coverage WHERE model_id LIKE 'rows-%'"))
        .containsExactly(List.of("51"));
    assertThat(rows("SELECT count(*) FROM runway.v_label_delay WHERE model_id LIKE 'rows-%'"))
        .containsExactly(List.of("51"));
    assertThat(letters()).isEmpty();
  }

  @Test
  void masterReadings_goBeforeTheStreamsWhateverComesLast() throws Exception {
    start(POSTGRES.jdbcUrl());
    send(Topic.PERFORMANCE, "a", reading("master-both", 400));
    send(Topic.PERFORMANCE, "a", reading("master-speed", 100));
    awaitRows("master-speed", 1, 100);
    for (int run = 0; run < 2; run++) { // A day is run again: the same records, to no effect.
      send(Topic.PERFORMANCE_MASTER, "a", finished("master-both", 500));
      send(Topic.PERFORMANCE_MASTER, "a", finished("master-only", 600));
    }
    send(Topic.PERFORMANCE_MASTER, "a", reading("master-provisional", 1));
    send(Topic.PERFORMANCE, "a", finished("master-both", 450));
    awaitRows("master-only", 1, PerformanceReading.FINAL_REVISION + 600);

    // The stream's last word came behind the master's.
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            "SELECT quantity, speed, master FROM runway.v_master_differences"
                                + " WHERE model_id = 'master-both'"))
                    .containsExactly(row("accuracy", "0.45", "0.5")));
    for (String view : List.of("v_performance", "v_label_coverage", "v_label_delay")) {
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(
                          rows(
                              ("SELECT DISTINCT model_id, revision, provisional, master"
                                      + " FROM runway.%s WHERE model_id LIKE 'master-%%' ORDER BY 1")
                                  .formatted(view)))
                      .as(view)
                      .containsExactly(
                          row("master-both", finalRevision(500), "f", "t"),
                          row("master-only", finalRevision(600), "f", "t"),
                          row("master-speed", "100", "t", "f")));
    }
    assertThat(
            rows(
                "SELECT count(*) FROM runway.v_master_differences"
                    + " WHERE model_id = 'master-speed'"))
        .containsExactly(row("0"));
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(storedLetters(Topic.PERFORMANCE_MASTER.in(namespace)))
                    .containsExactly(row("BAD_VALUE", "1")));
    assertUndisturbed();
  }

  @Test
  void driftReadingsAndTiles_becomeRowsOfTheNewestRevision() throws Exception {
    send(Topic.DRIFT, "d", drift("drift-1", 2, "!age", "!origin", "carrier"));
    send(Topic.TILES, "d", DriftTileCodec.write(DriftReadings.tile("drift-1", 2, 9)));
    start(POSTGRES.jdbcUrl());
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(drifting("drift-1"))
                    .containsExactly(
                        row("age", "psi", "0.002", "0.125"),
                        row("origin", "psi", "0.002", "0.125")));

    // The next revision no longer names two of the features, and the one before it comes again.
    send(Topic.DRIFT, "d", drift("drift-1", 5, "!age"));
    send(Topic.DRIFT, "d", drift("drift-1", 2, "!age", "!origin", "carrier"));
    send(Topic.DRIFT, "d", drift("drift-1", 3, "*"));
    send(Topic.DRIFT, "d", "{}".getBytes(UTF_8));
    send(Topic.DRIFT, "d", DriftReadingCodec.write(DriftReadings.ofUsers("of-users", 4)));
    send(Topic.DRIFT, "d", drift("drift-last", 1));
    for (int revision : new int[] {7, 8, 3}) {
      send(
          Topic.TILES,
          "d",
          DriftTileCodec.write(DriftReadings.tile("drift-1", revision, Limits.MAX_TILE_BYTES)));
    }
    send(Topic.TILES, "d", new byte[0]);
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            "SELECT model_id, status, predictions, features, evaluated, flagged,"
                                + " severity, revision FROM runway.v_drift_latest"
                                + " WHERE model_id LIKE 'drift-%' ORDER BY 1"))
                    .containsExactly(
                        row("drift-1", "EVALUATED", "2000", "14", "13", "1", "0.25", "5"),
                        row("drift-last", "EVALUATED", "2000", "14", "13", "0", "0", "1")));
    assertThat(drifting("drift-1")).containsExactly(row("age", "psi", "0.005", "0.125"));
    assertThat(drifting("of-users")).containsExactly(row("age", "custom:ratio", "2.5", "1.5"));
    assertThat(
            rows(
                "SELECT feature, metric, revision FROM runway.v_drift_readings"
                    + " WHERE model_id = 'drift-1' AND kind <> 'MODEL' ORDER BY 1, 2"))
        .containsExactly(
            row("age", "missing", "5"), row("age", "psi", "5"), row("age", "severity", "5"));
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            "SELECT revision, length(tile), get_byte(tile, 524287)"
                                + " FROM runway.v_drift_tiles WHERE model_id = 'drift-1'"))
                    .containsExactly(row("8", "524288", "8")));
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(storedLetters(Topic.DRIFT.in(namespace)))
                  .containsExactly(row("BAD_VALUE", "1"), row("MISSING_FIELD", "1"));
              assertThat(storedLetters(Topic.TILES.in(namespace)))
                  .containsExactly(row("EMPTY", "1"));
            });
    assertUndisturbed();
  }

  @Test
  void statesAndDecisions_becomeOneRowEachHoweverOftenTheyCome() throws Exception {
    start(POSTGRES.jdbcUrl());
    for (int times = 0; times < 2; times++) {
      send(Topic.STALENESS, "s", state("state-1", ModelState.STALE, 3));
      send(Topic.STALENESS, "s", state("state-1", ModelState.HEALTHY, 1));
      send(Topic.DECISIONS, "s", DecisionCodec.write(States.decision("state-1", 1)));
      send(Topic.DECISIONS, "s", DecisionCodec.write(States.decision("state-1", 2)));
    }
    send(Topic.STALENESS, "s", "{}".getBytes(UTF_8));
    send(Topic.DECISIONS, "s", new byte[0]);

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(
                      rows(
                          "SELECT state, parts #>> '{AGE,value}', missing, features, policy_version"
                              + " FROM runway.v_staleness WHERE model_id = 'state-1' ORDER BY 1"))
                  .containsExactly(
                      row("HEALTHY", "1.5", "[\"PERFORMANCE\"]", "[\"age\"]", "4"),
                      row("STALE", "1.5", "[\"PERFORMANCE\"]", "[\"age\"]", "4"));
              assertThat(
                      rows(
                          "SELECT decision_id, inputs FROM runway.v_decisions"
                              + " WHERE model_id = 'state-1' ORDER BY 2"))
                  .containsExactly(
                      row(States.decision("state-1", 1).id().toString(), "{\"tick\": 1}"),
                      row(States.decision("state-1", 2).id().toString(), "{\"tick\": 2}"));
              assertThat(storedLetters(Topic.STALENESS.in(namespace)))
                  .containsExactly(row("MISSING_FIELD", "1"));
              assertThat(storedLetters(Topic.DECISIONS.in(namespace)))
                  .containsExactly(row("EMPTY", "1"));
            });
    assertUndisturbed();
  }

  @Test
  void stabilityOfEmbeddings_isWhatWasToldOfAPairWithTheMostInHand() throws Exception {
    start(POSTGRES.jdbcUrl());
    for (Compatibility told : List.of(Compatibility.UNDECIDED, Compatibility.ROTATED)) {
      send(
          Topic.EMBEDDING_STABILITY, "titles", EmbeddingStabilityCodec.write(Stabilities.of(told)));
    }
    // A job that was restored tells once more what it knew a minute before.
    EmbeddingStability earlier = Stabilities.of(Compatibility.STABLE);
    send(
        Topic.EMBEDDING_STABILITY,
        "titles",
        EmbeddingStabilityCodec.write(earlier.asOf(earlier.asOfMillis() - 60_000)));
    send(Topic.EMBEDDING_STABILITY, "titles", "{}".getBytes(UTF_8));
    // Of a window what rests on the most counts, though a late vector made another reading of it.
    for (long vectors : new long[] {4_000, 5_000, 1}) {
      send(
          Topic.EMBEDDING_TRAFFIC,
          "titles",
          EmbeddingTrafficCodec.write(Stabilities.traffic(vectors, vectors / 8_000.0)));
    }
    send(Topic.EMBEDDING_TRAFFIC, "titles", "{}".getBytes(UTF_8));
    for (Mixing mixing : List.of(Mixing.ACROSS, Mixing.NONE)) {
      send(
          Topic.EMBEDDING_MIXTURES,
          "late-arrival",
          EmbeddingMixtureCodec.write(Stabilities.mixture(mixing == Mixing.NONE ? 1 : 8, mixing)));
    }
    send(Topic.EMBEDDING_MIXTURES, "late-arrival", "{}".getBytes(UTF_8));

    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(
                      rows(
                          "SELECT version_after, compatibility, passed::text, pairs, knn_overlap,"
                              + " verdicts #>> '{COORDINATES,reason}', (floor IS NULL)::text"
                              + " FROM runway.v_embedding_stability WHERE space_id = 'titles'"))
                  .containsExactly(
                      row("v6", "ROTATED", "false", "3900", "0.75", "ROTATION", "true"));
              assertThat(storedLetters(Topic.EMBEDDING_STABILITY.in(namespace)))
                  .containsExactly(row("MISSING_FIELD", "1"));
              assertThat(
                      rows(
                          "SELECT vectors, mean_shift, breached ->> 0,"
                              + " metrics #>> '{norm_ratio,gap}'"
                              + " FROM runway.v_embedding_traffic WHERE space_id = 'titles'"))
                  .containsExactly(row("5000", "0.625", "mean_shift", "UNDEFINED"));
              assertThat(storedLetters(Topic.EMBEDDING_TRAFFIC.in(namespace)))
                  .containsExactly(row("MISSING_FIELD", "1"));
              assertThat(
                      rows(
                          "SELECT predictions, mixing, versions #>> '{v5,share}'"
                              + " FROM runway.v_embedding_mixtures WHERE space_id = 'titles'"))
                  .containsExactly(row("8", "ACROSS", "0.875"));
              assertThat(storedLetters(Topic.EMBEDDING_MIXTURES.in(namespace)))
                  .containsExactly(row("MISSING_FIELD", "1"));
            });
    assertUndisturbed();
  }

  private static byte[] state(String model, ModelState state, int revision) {
    return StalenessCodec.write(States.staleness(model, state, revision));
  }

  private static List<List<@Nullable String>> drifting(String model) throws Exception {
    return rows(
        ("SELECT feature, metric, value, threshold FROM runway.v_drifting_features"
                + " WHERE model_id = '%s' ORDER BY 1, 2")
            .formatted(model));
  }

  private static byte[] drift(String model, long revision, String... features) {
    return DriftReadingCodec.write(DriftReadings.of(model, revision, features));
  }

  @Test
  void poison_endsInDeadLettersAndNeverComesBack() throws Exception {
    start(POSTGRES.jdbcUrl());
    send(Topic.PERFORMANCE, "a", "{\"model_id\":".getBytes(UTF_8));
    send(Topic.PERFORMANCE, "a", new byte[0]);
    send(Topic.PERFORMANCE, "a", text("poison-nul\\u0000", 1));
    send(Topic.PERFORMANCE, "a", text("poison-1", 1).replace("0.001", "1e999"));
    send(Topic.PERFORMANCE, "a", turned("poison-turned"));
    send(Topic.PERFORMANCE, "a", text("poison-2", 1).replace("\"received\":12", "\"received\":13"));
    send(Topic.PERFORMANCE, "a", reading("poison-good", 1));
    send(Topic.DEAD_LETTERS, "b", "no dead letter".getBytes(UTF_8));
    send(Topic.DEAD_LETTERS, "b", DeadLetterCodec.write(letter("other\u0000 detail")));

    // 4 undecodable, 2 + 1 + 1 rows of a window that ends before it begins, 1 sum that is wrong.
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(storedLetters(Topic.PERFORMANCE.in(namespace)))
                  .containsExactly(
                      List.of("BAD_VALUE", "2"),
                      List.of("EMPTY", "1"),
                      List.of("NOT_JSON", "1"),
                      List.of("REFUSED_BY_DATABASE", "5"));
              assertThat(storedLetters("other")).containsExactly(List.of("CONFLICT", "1"));
            });
    assertThat(rows("SELECT detail FROM runway.v_dead_letters WHERE source_topic = 'other'"))
        .containsExactly(List.of("other\uFFFD detail"));
    assertThat(
            rows(
                "SELECT DISTINCT model_id FROM runway.v_performance WHERE model_id LIKE 'poison%'"
                    + " ORDER BY 1"))
        .containsExactly(List.of("poison-2"), List.of("poison-good"));
    // What was on the topic, and one letter for each refusal; the broken one made no other.
    assertThat(BROKER.readAll(Topic.DEAD_LETTERS.in(namespace))).hasSize(2 + 9);
    assertUndisturbed();
  }

  @Test
  void databaseKilledFor12Seconds_allRowsArriveAndNothingRestarts(
      @InjectMiniCluster MiniCluster cluster) throws Exception {
    start(POSTGRES.jdbcUrl());
    send(Topic.PERFORMANCE, "k", reading("killed-0", 1));
    awaitRows("killed-", 1, 1);

    POSTGRES.kill();
    try {
      sendSlowly("killed-", 1, 60, Duration.ofSeconds(12));
    } finally {
      POSTGRES.restart();
    }
    sendSlowly("killed-", 60, 80, Duration.ofSeconds(1));

    awaitRows("killed-", 80, 1);
    assertUndisturbed();
    assertThat(attempts(cluster)).containsOnly(0);
    assertTaskManagersLive(cluster);
  }

  @Test
  void blackHoleFor15Seconds_allRowsArriveAndNothingRestarts(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    try (FaultyProxy proxy = new FaultyProxy(port())) {
      start(through(proxy), "--runway.postgres.socket-timeout=PT2S");
      send(Topic.PERFORMANCE, "h", reading("hole-0", 1));
      awaitRows("hole-", 1, 1);

      proxy.dropPackets();
      sendSlowly("hole-", 1, 60, Duration.ofSeconds(15));
      proxy.pass();
      awaitRows("hole-", 60, 1);

      proxy.dropAnswers(); // Committed, and nobody knows: written again, to no effect.
      sendSlowly("hole-", 60, 80, Duration.ofSeconds(5));
      proxy.pass();
      awaitRows("hole-", 80, 1);

      proxy.cut();
      send(Topic.PERFORMANCE, "h", reading("hole-0", 2));
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(revision("hole-0")).containsExactly(List.of("2")));
      assertUndisturbed();
      assertThat(attempts(cluster)).containsOnly(0);
      assertTaskManagersLive(cluster);
    }
  }

  @Test
  void outageLongerThanTheWait_restartsTheJobInOrder(@InjectMiniCluster MiniCluster cluster)
      throws Exception {
    start(POSTGRES.jdbcUrl(), "--runway.tables.outage-wait=PT1S");
    send(Topic.PERFORMANCE, "r", reading("restart-0", 1));
    awaitRows("restart-", 1, 1);

    POSTGRES.kill();
    try {
      sendSlowly("restart-", 1, 40, Duration.ofSeconds(2));
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(attempts(cluster)).anyMatch(attempt -> attempt >= 2));
    } finally {
      POSTGRES.restart();
    }
    awaitRows("restart-", 40, 1);
    assertTaskManagersLive(cluster);
    assertThat(failure(cluster)).contains("runway.tables.outage-wait").doesNotContain(password());
    assertThat(Files.readString(Path.of("target", "test.log")))
        .contains("performance cannot be written")
        .doesNotContain(password());
  }

  private void start(String url, String... further) throws Exception {
    Path passwordFile = folder.resolve("password");
    Files.writeString(passwordFile, password());
    List<String> args =
        new ArrayList<>(
            List.of(
                "--runway.kafka.bootstrap-servers=" + BROKER.bootstrapServers(),
                "--runway.namespace=" + namespace,
                "--runway.parallelism=2",
                "--runway.checkpoint.interval=PT1S",
                "--runway.postgres.url=" + url,
                "--runway.postgres.password-file=" + passwordFile,
                "--runway.postgres.connect-timeout=PT2S",
                "--runway.postgres.statement-timeout=PT1S",
                "--runway.tables.flush-interval=PT0.1S",
                "--runway.tables.batch-rows=20"));
    args.addAll(List.of(further));
    Options options = ResultTablesOptions.from(args.toArray(String[]::new));
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    ResultTablesJob.define(env, options);
    job = env.executeAsync("result-tables-" + namespace);
  }

  private void send(Topic topic, String key, String value) throws Exception {
    send(topic, key, value.getBytes(UTF_8));
  }

  private void send(Topic topic, String key, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic.in(namespace), key.getBytes(UTF_8), value)).get();
  }

  /** Sends readings of models {@code prefix + from} to {@code prefix + (to - 1)}, evenly. */
  private void sendSlowly(String prefix, int from, int to, Duration during) {
    int[] next = {from};
    await()
        .atMost(LONG)
        .pollInterval(during.dividedBy(to - from))
        .until(
            () -> {
              send(Topic.PERFORMANCE, prefix + next[0], reading(prefix + next[0], 1));
              return ++next[0] == to;
            });
  }

  private static byte[] reading(String model, long revision) {
    return PerformanceReadingCodec.write(Readings.of(model, revision));
  }

  private static byte[] finished(String model, long facts) {
    return PerformanceReadingCodec.write(Readings.finished(model, facts));
  }

  private static String finalRevision(long facts) {
    return Long.toString(PerformanceReading.FINAL_REVISION + facts);
  }

  private static List<@Nullable String> row(String... values) {
    return List.of(values);
  }

  private static String text(String model, long revision) {
    return new String(PerformanceReadingCodec.write(Readings.of("MODEL", revision)), UTF_8)
        .replace("MODEL", model);
  }

  private static byte[] turned(String model) {
    return PerformanceReadingCodec.write(
        Readings.of(model, 1, /* start= */ Readings.END, /* end= */ Readings.START));
  }

  private static DeadLetter letter(String detail) {
    return new DeadLetter("other", 0, 1, Reason.CONFLICT, null, detail, 0, new byte[] {1}, 1);
  }

  private List<DeadLetter> letters() throws MalformedEvent {
    List<DeadLetter> letters = new ArrayList<>();
    for (var record : BROKER.readAll(Topic.DEAD_LETTERS.in(namespace))) {
      letters.add(DeadLetterCodec.read(record.value()));
    }
    return letters;
  }

  private void awaitRows(String prefix, int models, long revision) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(
                        rows(
                            ("SELECT count(*), min(revision), max(revision), count(value)"
                                    + " FROM runway.v_performance WHERE model_id LIKE '%s%%'")
                                .formatted(prefix)))
                    .containsExactly(
                        List.of("" + 2 * models, "" + revision, "" + revision, "" + models)));
  }

  private static List<List<@Nullable String>> revision(String model) throws Exception {
    return rows(
        "SELECT DISTINCT revision FROM runway.v_performance WHERE model_id = '%s'"
            .formatted(model));
  }

  private static List<List<@Nullable String>> storedLetters(String topic) throws Exception {
    return rows(
        ("SELECT reason, count(*) FROM runway.v_dead_letters WHERE source_topic = '%s'"
                + " GROUP BY 1 ORDER BY 1")
            .formatted(topic));
  }

  private static List<List<@Nullable String>> rows(String sql) throws Exception {
    return POSTGRES.query(RolePasswords.READER, sql);
  }

  private void assertUndisturbed() throws Exception {
    assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
  }

  private List<Integer> attempts(MiniCluster cluster) throws Exception {
    List<Integer> attempts = new ArrayList<>();
    for (AccessExecutionVertex vertex :
        cluster.getExecutionGraph(job.getJobID()).get().getAllExecutionVertices()) {
      attempts.add(vertex.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return attempts;
  }

  private String failure(MiniCluster cluster) throws Exception {
    var failure = cluster.getExecutionGraph(job.getJobID()).get().getFailureInfo();
    return failure == null ? "none" : failure.getExceptionAsString();
  }

  private static void assertTaskManagersLive(MiniCluster cluster) throws Exception {
    assertThat(cluster.requestClusterOverview().get().getNumTaskManagersConnected()).isEqualTo(2);
  }

  private static String password() {
    return POSTGRES.password(RolePasswords.WRITER);
  }

  private static int port() {
    return URI.create(POSTGRES.jdbcUrl().substring("jdbc:".length())).getPort();
  }

  private static String through(FaultyProxy proxy) {
    return POSTGRES.jdbcUrl().replace(":" + port() + "/", ":" + proxy.port() + "/");
  }
}
