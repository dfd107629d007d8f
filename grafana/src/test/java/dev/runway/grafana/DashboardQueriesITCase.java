package dev.runway.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Verdict;
import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every query of every dashboard and alert rule, asked by the reader of rows that are known. */
class DashboardQueriesITCase {
  private static final String DATABASE = "results";
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir static Path home;

  private static PostgresServer server;
  private static Connection reader;

  @BeforeAll
  static void fillDatabase() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    server = new PostgresServer(home, Path.of("target", "postgres"), freePort());
    server.start();
    server.createDatabase(DATABASE);
    for (String schema : List.of(Migrations.SCHEMA, "runway_empty")) {
      Migrations.migrate(
          server.jdbcUrl(DATABASE),
          PostgresServer.SUPERUSER,
          server.secrets().password(PostgresServer.SUPERUSER),
          schema,
          RolePasswords.from(server.secrets()::password));
    }
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      statement.execute("SET search_path = " + Migrations.SCHEMA);
      statement.execute(Files.readString(Path.of("src/test/resources/seed.sql")));
      statement.execute(
          "UPDATE embedding_stability SET measured = '%s'".formatted(stability().measuredJson()));
      // Two trainings that are too far apart for one of their users.
      statement.execute(
          "UPDATE embedding_stability SET measured = replace(measured, 'ROTATED', 'BREAKING') WHERE baseline");
    }
    reader = server.connect(RolePasswords.READER, DATABASE);
  }

  /** As the job tells it and the table has it: no row of our own making. */
  private static EmbeddingStability stability() {
    return new EmbeddingStability(
        "titles",
        "v5",
        "v6",
        1,
        0,
        false,
        Compatibility.ROTATED,
        1_000,
        1_000,
        1_000,
        0,
        64,
        64,
        1_000,
        10,
        null,
        List.of(new Metric("knn_overlap", 0.6, 0.05, 0.5, 0.7, 1_000, null)),
        List.of(
            new Verdict(
                Usage.COORDINATES, Compatibility.ROTATED, "ROTATION", List.of("ranker", "search")),
            new Verdict(Usage.SIMILARITY, Compatibility.STABLE, "AS_BASELINE", List.of())),
        null);
  }

  @AfterAll
  static void stopServer() throws Exception {
    reader.close();
    server.close();
  }

  static List<Query> queries() throws IOException {
    return Query.of(DashboardsTest.FOLDER);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_givesWhatItsPanelTakes(Query query) throws Exception {
    Map<String, List<String>> variables =
        chosen(query.dashboard(), Migrations.SCHEMA, Map.of("model", List.of("ranker")));

    Answer week = ask(query, variables, Instant.now().minus(WEEK), Instant.now());

    switch (query.kind()) {
      case TIME_SERIES -> {
        requireSeries(query, week);
        requireWholeLines(query, week);
      }
      case VARIABLE -> assertThat(week.columns()).as(query.toString()).hasSize(1);
      case ANNOTATION -> assertThat(week.columns()).contains("time", "text", "tags");
      case TABLE -> assertThat(week.columns()).as(query.toString()).doesNotHaveDuplicates();
    }
    assertThat(week.rows()).as("%s of the seeded rows", query).isNotEmpty();
    assertThat(week.rows()).hasSizeLessThan(5_000);
  }

  private static void requireSeries(Query query, Answer answer) {
    assertThat(answer.columns()).as(query.toString()).startsWith("time").doesNotHaveDuplicates();
    List<Double> times = answer.rows().stream().map(row -> seconds(row.get("time"))).toList();
    assertThat(times).as("%s: in the order of time", query).isSorted();
    for (Map<String, Object> row : answer.rows()) {
      row.forEach(
          (column, value) -> {
            if (column.equals("metric")) {
              assertThat(value).as(query.toString()).isInstanceOf(String.class);
            } else if (!column.equals("time") && value != null) {
              assertThat(value).as("%s: %s", query, column).isInstanceOf(Number.class);
            }
          });
    }
  }

  /**
   * Each line is one, and each state lasts until the next one, though other series have times of
   * their own.
   */
  private static void requireWholeLines(Query query, Answer answer) throws IOException {
    JsonNode panel = panelOf(query);
    JsonNode custom = panel.at("/fieldConfig/defaults/custom");
    if (panel.get("type").asText().equals("heatmap")
        || custom.path("drawStyle").asText().equals("bars")) {
      return;
    }
    boolean spanned = custom.path("spanNulls").asBoolean();
    for (Map.Entry<String, List<Double>> series : WideFrame.of(answer.rows()).series().entrySet()) {
      assertThat(WideFrame.pieces(series.getValue(), spanned))
          .as("%s: pieces of the line of %s", query, series.getKey())
          .isLessThanOrEqualTo(1);
    }
  }

  private static JsonNode panelOf(Query query) throws IOException {
    JsonNode json =
        DashboardsTest.read(
            Files.readString(DashboardsTest.FOLDER.resolve(query.dashboard() + ".json")));
    for (JsonNode panel : DashboardsTest.shown(json)) {
      if (query.place().matches(panel.get("id").asText() + "[A-Z]")) {
        return panel;
      }
    }
    throw new AssertionError(query.toString());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_ofAnEmptySchemaOrSpan_failsNowhere(Query query) throws Exception {
    Map<String, List<String>> variables = chosen(query.dashboard(), "runway_empty", Map.of());
    ask(query, variables, Instant.now().minus(WEEK), Instant.now());

    Map<String, List<String>> seeded = chosen(query.dashboard(), Migrations.SCHEMA, Map.of());
    Answer before =
        ask(
            query,
            seeded,
            Instant.parse("2001-01-01T00:00:00Z"),
            Instant.parse("2001-01-02T00:00:00Z"));
    if (query.kind() == Query.Kind.TIME_SERIES) {
      assertThat(before.rows()).as(query.toString()).isEmpty();
    }
  }

  @Test
  void fleet_countsModelsByState() throws Exception {
    assertThat(panel("runway-fleet", "1A"))
        .containsExactly(
            Map.of(
                "Healthy",
                1L,
                "Warming",
                0L,
                "At risk",
                0L,
                "Stale",
                1L,
                "Retraining",
                0L,
                "Suspended",
                1L,
                "No data",
                1L));
    assertThat(number("runway-fleet", "2A")).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(number("runway-fleet", "3A")).isBetween(10_800.0, 11_400.0);
    assertThat(panel("runway-fleet", "4A")).containsExactly(Map.of("Critical", 1L, "Others", 0L));
    assertThat(column("runway-fleet", "5A", "Model"))
        .containsExactly("ranker", "search", "nightly", "notify");
    assertThat(column("runway-fleet", "5A", "Stale from")).containsExactly(0.55, 0.6, 0.55, 0.65);
    assertThat(column("runway-fleet", "5A", "Judged ago").get(2)).as("silent").isNull();
    assertThat(column("runway-fleet", "9A", "Not told yet")).containsExactly("slack");
    assertThat(panel("runway-fleet", "11A"))
        .extracting("Model", "Rule", "Judged", "Not judged", "Right")
        .containsExactly(
            tuple("ranker", "MODEL_STALE", 1L, 0L, 1.0),
            tuple("search", "MODEL_SILENT", 0L, 1L, null));
    assertThat((Double) column("runway-fleet", "11A", "From").get(0))
        .isCloseTo(0.2065, within(1e-4));
  }

  @Test
  void versionWithoutBaseline_isNamed_andNotDrawnAsCalm() throws Exception {
    Map<String, List<String>> ranker =
        chosen("runway-model", Migrations.SCHEMA, Map.of("model", List.of("ranker")));

    assertThat(rows(find("runway-model", "17A"), ranker))
        .extracting("Version")
        .containsExactly("3");
    assertThat(rows(find("runway-model", "7A"), ranker)).extracting("metric").containsOnly("2");
    assertThat(rows(find("runway-model", "5A"), ranker))
        .extracting("metric")
        .containsOnly("age", "clicks");
    ranker.put("version", List.of("3"));
    for (String place : List.of("5A", "7A")) {
      assertThat(rows(find("runway-model", place), ranker)).as(place).isEmpty();
    }
    assertThat(rows(find("runway-model", "variable feature"), ranker))
        .extracting("feature")
        .containsExactly("age", "clicks");
  }

  @Test
  void fleetOfOneTeam_leavesOthersOut() throws Exception {
    Map<String, List<String>> search =
        chosen("runway-fleet", Migrations.SCHEMA, Map.of("team", List.of("search")));

    assertThat(rows(find("runway-fleet", "5A"), search))
        .extracting("Model")
        .containsExactly("search", "nightly");
    assertThat(rows(find("runway-fleet", "9A"), search)).isEmpty();
  }

  @Test
  void timeline_hasTheStateAtTheBeginningAndEachChange() throws Exception {
    Instant now = Instant.now();
    List<Map<String, Object>> ranker =
        ask(
                find("runway-fleet", "6A"),
                chosen("runway-fleet", Migrations.SCHEMA, Map.of()),
                now.minus(Duration.ofHours(4)),
                now)
            .rows()
            .stream()
            .filter(row -> row.get("metric").equals("ranker"))
            .toList();

    assertThat(ranker).extracting("state").containsExactly(3, 4);
    assertThat(seconds(ranker.get(1).get("time")))
        .isCloseTo(now.minus(Duration.ofHours(3)).toEpochMilli() / 1000.0, within(300.0));
  }

  /**
   * Three models change their state at different times; each row is there until the end of the
   * span.
   */
  @Test
  void timeline_ofSeveralModels_coversTheSpan() throws Exception {
    Instant now = Instant.now();
    Answer answer =
        ask(
            find("runway-fleet", "6A"),
            chosen("runway-fleet", Migrations.SCHEMA, Map.of()),
            now.minus(Duration.ofHours(21)),
            now);
    Map<String, List<Double>> series = WideFrame.of(answer.rows()).series();

    assertThat(series)
        .containsOnlyKeys("state ranker", "state search", "state nightly", "state notify");
    assertThat(WideFrame.pieces(series.get("state ranker"), false)).isGreaterThan(1);
    assertThat(WideFrame.pieces(series.get("state ranker"), true)).isEqualTo(1);
    assertThat(
            panelOf(find("runway-fleet", "6A"))
                .at("/fieldConfig/defaults/custom/spanNulls")
                .asBoolean())
        .isTrue();
  }

  @Test
  void burn_isTheTimeWithoutAJudgementAgainstWhatIsAllowed() throws Exception {
    // search: 20 hours in all, one of them too long, and half a percent is allowed.
    assertThat(panel("runway-fleet", "8A"))
        .filteredOn(row -> row.get("tier").equals("tier 2"))
        .singleElement()
        .satisfies(
            row ->
                assertThat(((Number) row.get("used")).doubleValue())
                    .isCloseTo(1 / 20.0 / 0.005, within(1e-6)));
    assertThat(panel("runway-fleet", "8A"))
        .filteredOn(row -> row.get("tier").equals("tier 1"))
        .singleElement()
        .satisfies(row -> assertThat(((Number) row.get("used")).doubleValue()).isZero());
  }

  @Test
  void provisionalValues_areHiddenUnlessAskedFor() throws Exception {
    Map<String, List<String>> hidden =
        chosen("runway-model", Migrations.SCHEMA, Map.of("model", List.of("ranker")));
    Map<String, List<String>> shown = new LinkedHashMap<>(hidden);
    shown.put("provisional", List.of("true"));

    Map<String, List<String>> uploaded = new LinkedHashMap<>(hidden);
    uploaded.put("live_baselines", List.of("false"));

    assertThat(rows(find("runway-model", "6A"), hidden))
        .hasSize(18)
        .extracting("metric")
        .containsOnly("2 against b-1", "2 against live");
    assertThat(rows(find("runway-model", "6A"), uploaded))
        .hasSize(12)
        .extracting("metric")
        .containsOnly("2");
    assertThat(rows(find("runway-model", "3A"), hidden)).hasSize(114);
    assertThat(rows(find("runway-model", "3A"), shown)).hasSize(120);
    assertThat(rows(find("runway-model", "13A"), hidden)).hasSize(42);
    assertThat(rows(find("runway-model", "13A"), shown)).hasSize(48);
    assertThat(rows(find("runway-model", "4A"), hidden))
        .allSatisfy(row -> assertThat(row.get("May change")).isEqualTo(false));
  }

  /** Where a point stands for half a day: five days of windows, by version. */
  @Test
  void performanceOfALongSpan_isThatOfItsDays() throws Exception {
    Map<String, List<String>> ranker =
        chosen("runway-model", Migrations.SCHEMA, Map.of("model", List.of("ranker")));
    GrafanaSql year =
        new GrafanaSql(
            Instant.now().minus(Duration.ofDays(365)), Instant.now(), Duration.ofHours(12), ranker);

    List<Map<String, Object>> days =
        ask(reader, year.expand(find("runway-model", "3A").sql())).rows();

    assertThat(days).hasSizeBetween(5, 8);
    assertThat(days).extracting("metric").contains("1", "2");
    for (Map<String, Object> day : days) {
      assertThat(seconds(day.get("time")) % 86_400).isZero();
      assertThat(((Number) day.get("value")).doubleValue()).isCloseTo(0.8, within(1e-9));
    }
  }

  @Test
  void model_showsWhatMovedAndWhy() throws Exception {
    Map<String, List<String>> ranker =
        chosen("runway-model", Migrations.SCHEMA, Map.of("model", List.of("ranker")));

    assertThat(ranker.get("feature")).containsExactly("age");
    assertThat(ranker.get("metric")).containsExactly("auc");
    assertThat(ranker.get("version")).containsExactly("2", "3", "1");
    List<Map<String, Object>> heat = rows(find("runway-model", "5A"), ranker);
    assertThat(heat).filteredOn(row -> row.get("metric").equals("age")).hasSize(12);
    assertThat(heat)
        .filteredOn(row -> row.get("metric").equals("clicks"))
        .allSatisfy(row -> assertThat(row.get("severity")).isEqualTo(0.0));
    Map<String, List<String>> uploaded = new LinkedHashMap<>(ranker);
    uploaded.put("live_baselines", List.of("false"));
    assertThat(rows(find("runway-model", "6A"), uploaded))
        .hasSize(12)
        .last()
        .satisfies(
            row -> {
              assertThat(row).containsEntry("value", 0.4).containsEntry("threshold", 0.17);
            });
    assertThat(rows(find("runway-model", "3B"), ranker))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row).containsEntry("metric", "2 expected").containsEntry("value", 0.7));
    assertThat(rows(find("runway-model", "8A"), ranker))
        .extracting("Feature")
        .containsExactly("age");
    assertThat(rows(find("runway-model", "11A"), ranker))
        .extracting("metric")
        .contains("2 DATA_DRIFT", "2 AGE");
    assertThat(rows(find("runway-model", "10A"), ranker))
        .allSatisfy(
            row ->
                assertThat(row)
                    .containsEntry("at risk from", 0.35)
                    .containsEntry("stale from", 0.55));
    assertThat(rows(find("runway-model", "12A"), ranker))
        .extracting("In words")
        .containsExactly("age drifted");
  }

  @Test
  void retrains_countWhatWaitsAndWhatPaid() throws Exception {
    assertThat(panel("runway-retrains", "1A"))
        .containsExactly(
            Map.of("For a person", 1L, "For a place", 1L, "For money", 0L, "Active", 0L));
    assertThat(number("runway-retrains", "2A")).as("success").isEqualTo(0.5);
    assertThat(number("runway-retrains", "3A")).as("waste").isEqualTo(0.5);
    assertThat(number("runway-retrains", "4A")).as("precision").isEqualTo(0.5);
    assertThat(number("runway-retrains", "5A")).as("late").isZero();
    assertThat(column("runway-retrains", "8A", "Model")).containsExactly("notify");
    assertThat(column("runway-retrains", "9A", "Model")).containsExactly("search");
    assertThat(panel("runway-retrains", "10A"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("Spent").toString()).isEqualTo("120.00"));
    assertThat(column("runway-retrains", "12A", "Model")).containsExactly("search");
    assertThat(column("runway-retrains", "15A", "Verdict")).contains("BETTER");
  }

  @Test
  void queue_rises_andFallsWhenCommandsLeaveIt() throws Exception {
    List<Object> running =
        panel("runway-retrains", "6A").stream()
            .filter(row -> row.get("metric").equals("RUNNING"))
            .map(row -> (Object) ((Number) row.get("commands")).intValue())
            .toList();

    assertThat(running).containsExactly(0, 1, 0, 1, 0, 0);
  }

  @Test
  void embeddings_tellVerdictsByConsumer() throws Exception {
    assertThat(panel("runway-embeddings", "1A"))
        .containsExactly(
            Map.of("Pass", 1L, "Rotated", 1L, "Undecided", 0L, "Breaking", 0L, "Out of date", 0L));
    assertThat(number("runway-embeddings", "2A")).isEqualTo(42);
    assertThat(panel("runway-embeddings", "4A"))
        .filteredOn(row -> row.get("After").equals("v6"))
        .extracting(row -> row.get("Used by"), row -> row.get("Consumers"))
        .containsExactly(tuple("COORDINATES", "ranker, search"), tuple("SIMILARITY", null));
    assertThat(column("runway-embeddings", "5A", "Consumer")).containsExactly("feature:near");
    assertThat(column("runway-embeddings", "6A", "pair"))
        .containsExactly("titles: v5 to v5-again (baseline)", "titles: v5 to v6");
    assertThat(panel("runway-embeddings", "13A"))
        .extracting(row -> row.get("After"), row -> row.get("Used by"), row -> row.get("Why"))
        .containsExactly(tuple("v5-again", "COORDINATES", "ROTATION"));
  }

  @Test
  void embeddings_tellTrafficAndMixtures() throws Exception {
    assertThat(panel("runway-embeddings", "9A"))
        .extracting(row -> ((Number) row.get("freshness_p95_seconds")).intValue())
        .containsExactly(30, 42);
    assertThat(column("runway-embeddings", "11A", "Beyond its threshold"))
        .containsExactly("mean_shift");
    assertThat(panel("runway-embeddings", "12A"))
        .extracting(row -> row.get("Mixing"), row -> row.get("Versions of the space"))
        .containsExactly(tuple("WITHIN", "v5, v6"));
  }

  @Test
  void deadLetters_areCountedByReason() throws Exception {
    assertThat(number("runway-data-quality", "1A")).isEqualTo(5);
    Map<Object, Integer> byReason =
        panel("runway-data-quality", "2A").stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.get("metric"),
                    Collectors.summingInt(row -> ((Number) row.get("events")).intValue())));
    assertThat(byReason).containsOnly(Map.entry("MALFORMED", 3), Map.entry("CONFLICT", 2));
    assertThat(panel("runway-data-quality", "5A"))
        .extracting("Model", "Coverage")
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("slow", 0.8),
            org.assertj.core.groups.Tuple.tuple("ranker", 0.85),
            org.assertj.core.groups.Tuple.tuple("search", 0.98));
    assertThat(column("runway-data-quality", "7A", "Model")).containsExactly("notify");
  }

  @Test
  void variableWithoutValues_isAnEmptyArray() throws Exception {
    assertThat(chosen("runway-data-quality", "runway_empty", Map.of()).get("topic")).isEmpty();
    GrafanaSql grafana =
        new GrafanaSql(
            Instant.EPOCH, Instant.EPOCH, Duration.ofMinutes(1), Map.of("topic", List.of()));

    String sql = grafana.expand("SELECT 'x' WHERE " + Views.in("'x'", "topic"));

    assertThat(ask(reader, sql).rows()).isEmpty();
  }

  @Test
  void quotesInAVariable_stayInTheirLiteral() throws Exception {
    Map<String, List<String>> odd =
        chosen("runway-model", Migrations.SCHEMA, Map.of("model", List.of("o'; DROP TABLE x; --")));

    assertThat(rows(find("runway-model", "16A"), odd)).isEmpty();
  }

  @Test
  void macroThatGrafanaDoesNotKnow_isRefused() {
    GrafanaSql grafana =
        new GrafanaSql(Instant.EPOCH, Instant.EPOCH, Duration.ofMinutes(1), Map.of());

    assertThatIllegalArgumentException().isThrownBy(() -> grafana.expand("SELECT $__week(at)"));
    assertThatIllegalArgumentException().isThrownBy(() -> grafana.expand("SELECT ${model:raw}"));
    assertThatIllegalArgumentException().isThrownBy(() -> grafana.expand("SELECT $model"));
  }

  static List<AlertRule> rules() throws IOException {
    return AlertRule.of(AlertRulesTest.FILE).stream().filter(AlertRule::isSql).toList();
  }

  /** Grafana takes one number and otherwise labels. */
  @ParameterizedTest
  @MethodSource("rules")
  void ruleOfTheTables_givesOneNumberAndLabels(AlertRule rule) throws Exception {
    for (Map<String, Object> row : alerted(rule)) {
      assertThat(row.values().stream().filter(Number.class::isInstance)).hasSize(1);
      assertThat(row.values()).allMatch(v -> v instanceof Number || v instanceof String);
    }
  }

  @Test
  void rules_fireForWhatIsWrong() throws Exception {
    Map<String, List<Map<String, Object>>> fired = new LinkedHashMap<>();
    for (AlertRule rule : rules()) {
      fired.put(rule.uid(), alerted(rule).stream().filter(rule::fires).toList());
    }

    assertThat(fired.get("runway-freshness"))
        .extracting("model_id")
        .containsExactlyInAnyOrder("search", "unseen");
    assertThat(fired.get("runway-coverage"))
        .extracting("model_id")
        .containsExactlyInAnyOrder("ranker", "slow");
    assertThat(fired.get("runway-success")).isEmpty();
    assertThat(fired.get("runway-precision")).isEmpty();
    assertThat(fired.get("runway-master")).isEmpty();
    assertThat(fired.get("runway-roll-ups")).isEmpty();
  }

  @Test
  void oldestNoteOfARollUp_fires() throws Exception {
    AlertRule behind =
        rules().stream()
            .filter(rule -> rule.uid().equals("runway-roll-ups"))
            .findFirst()
            .orElseThrow();
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      admin.setAutoCommit(false);
      statement.execute("SET search_path = runway");
      for (String due : List.of("performance", "coverage")) {
        statement.execute(
            """
            INSERT INTO %s_due (model_id, day, noted_at)
            VALUES ('m', current_date, now() - interval '13 hours'), ('m', current_date, now())
            """
                .formatted(due));
      }
      statement.execute(
          "INSERT INTO evaluation_due (hour_at, noted_at) VALUES (now(), now() - interval '13 hours')");
      statement.execute(
          "INSERT INTO verdicts_due (command_id, noted_at) VALUES (gen_random_uuid(), now() - interval '11 hours')");

      assertThat(ask(admin, expand(behind.sql())).rows())
          .filteredOn(behind::fires)
          .extracting("roll_up")
          .containsExactlyInAnyOrder("performance_days", "coverage_days", "evaluation_hours");
      admin.rollback();
    }
  }

  @Test
  void scheduleThatNeitherRunsNorLooks_fires_andOneThatNeverRanDoesNot() throws Exception {
    AlertRule master =
        rules().stream()
            .filter(rule -> rule.uid().equals("runway-master"))
            .findFirst()
            .orElseThrow();
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      admin.setAutoCommit(false);
      statement.execute("SET search_path = runway");
      // The newest run and the last look are so old.
      for (String old : List.of("2 days 23 hours", "3 days 1 hour")) {
        statement.execute("DELETE FROM master_runs WHERE started_at > now() - interval '4 days'");
        statement.execute(
            """
            INSERT INTO master_runs (first_day, last_day, started_at, ended_at, looked_at, covered_through, windows,
              not_covered, too_long, compared_rows, differences, late_through)
            VALUES (current_date, current_date, now() - interval '3 days 12 hours', now() - interval '3 days 11 hours',
              now() - interval '%s', now(), 1, 0, 0, 1, 0, '{}')
            """
                .formatted(old));
        assertThat(ask(admin, expand(master.sql())).rows())
            .as(old)
            .hasSize(1)
            .allMatch(row -> master.fires(row) == old.startsWith("3"));
      }
      statement.execute("DELETE FROM master_runs");
      assertThat(ask(admin, expand(master.sql())).rows()).isEmpty();
      admin.rollback();
    }
  }

  @Test
  void ratios_fireOnlyOnEnoughCases() throws Exception {
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      admin.setAutoCommit(false);
      statement.execute("SET search_path = runway");
      // As the seeded ones: one of two failed, one of two alarms was rejected.
      statement.execute(
          """
          INSERT INTO retrain_commands (command_id, model_id, model_version, action, reason_class, episode, attempt,
            tier, severity, severity_class, priority, mode, wave, generation, evidence_hash, command, asked_by,
            issued_at, received_at, rank_at, state, state_revision, state_at, estimated_cost, message)
          SELECT gen_random_uuid(), 'many', '1', 'RETRAIN', 'DRIFT', 'm-' || n, 1, 2, 0.8, 'HIGH', 5, 'APPROVE', 0, 0,
            repeat('0', 64), '\\x00', 'test', now() - interval '1 day', now(), now(), 'AWAITING_APPROVAL', 1, now(), 1, '\\x00'
          FROM generate_series(1, 20) AS n
          """);
      statement.execute(
          """
          INSERT INTO retrain_approvals (command_id, said_by, verdict, evidence_hash, said_at)
          SELECT command_id, 'ada', 'REJECT', repeat('0', 64), now() FROM retrain_commands WHERE model_id = 'many'
          """);
      AlertRule precision =
          rules().stream()
              .filter(rule -> rule.uid().equals("runway-precision"))
              .findFirst()
              .orElseThrow();
      Answer answer = ask(admin, expand(precision.sql()));
      assertThat(answer.rows()).filteredOn(precision::fires).hasSize(1);

      // Labels take weeks: of a hundred others the version serves, and nobody knows yet.
      statement.execute(
          """
          INSERT INTO model_versions (model_id, version, revision, state, metrics, hyperparameters, features, created_by)
          VALUES ('notify', 'next', 1, 'LIVE', '{}', '{}', '{}', 'test')
          """);
      statement.execute(
          """
          INSERT INTO deployments (model_id, version, environment, role, share, revision, started_at, created_by)
          VALUES ('notify', 'next', 'production', 'PRIMARY', 1, 1, now() - interval '20 days', 'test')
          """);
      statement.execute(
          """
          INSERT INTO retrain_commands (command_id, model_id, model_version, action, reason_class, episode, attempt,
            tier, severity, severity_class, priority, mode, wave, generation, evidence_hash, command, asked_by,
            issued_at, received_at, rank_at, state, state_revision, state_at, estimated_cost, message, new_version)
          SELECT gen_random_uuid(), 'notify', '1', 'RETRAIN', 'DRIFT', 'o-' || n, 1, 2, 0.8, 'HIGH', 5, 'AUTO', 0, 0,
            repeat('0', 64), '\\x00', 'test', now() - interval '21 days', now(), now(), 'AWAITING_APPROVAL', 1, now(), 1, '\\x00', 'next'
          FROM generate_series(1, 100) AS n
          """);
      answer = ask(admin, expand(precision.sql()));
      assertThat(answer.rows()).hasSize(1).noneMatch(precision::fires);
      admin.rollback();
    }
  }

  @Test
  void alertsThatWereWrong_fireOnlyOnEnoughJudgements() throws Exception {
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      admin.setAutoCommit(false);
      statement.execute("SET search_path = runway");
      AlertRule precision =
          rules().stream()
              .filter(rule -> rule.uid().equals("runway-alert-precision"))
              .findFirst()
              .orElseThrow();
      // The seeded one, 18 of another rule of which three were wrong, and many that nobody judged.
      statement.execute(
          """
          INSERT INTO alerts (alert_id, rule, model_id, model_version, severity, summary, details, revision, opened_at,
            resolved_at, resolution)
          SELECT md5(n::text)::uuid, 'DATA_SUSPECT', 'm-' || n, '1', 'ERROR', 'x', '{}', 1, now(), now(), 'x'
          FROM generate_series(1, 60) AS n
          """);
      String judge =
          """
          INSERT INTO alert_judgements (alert_id, judgement, verdict, reason, said_by)
          SELECT md5(n::text)::uuid, 1, CASE WHEN n <= 3 THEN 'FALSE' ELSE 'TRUE' END, 'x', 'user:ada'
          FROM generate_series(%d, %d) AS n
          """;
      statement.execute(judge.formatted(1, 18));
      assertThat(ask(admin, expand(precision.sql())).rows()).isEmpty();

      statement.execute(judge.formatted(19, 19));
      assertThat(ask(admin, expand(precision.sql())).rows())
          .filteredOn(precision::fires)
          .extracting("rule")
          .containsExactly("all");
      statement.execute(judge.formatted(20, 20));
      assertThat(ask(admin, expand(precision.sql())).rows())
          .filteredOn(precision::fires)
          .extracting("rule")
          .containsExactlyInAnyOrder("all", "DATA_SUSPECT");
      statement.execute(judge.formatted(21, 60));
      assertThat(ask(admin, expand(precision.sql())).rows()).hasSize(2).noneMatch(precision::fires);
      admin.rollback();
    }
  }

  private static List<Map<String, Object>> alerted(AlertRule rule) throws SQLException {
    return ask(reader, expand(rule.sql())).rows();
  }

  private static String expand(String sql) {
    Instant now = Instant.now();
    return new GrafanaSql(now.minus(Duration.ofHours(1)), now, Duration.ofMinutes(1), Map.of())
        .expand(sql);
  }

  private record Answer(List<String> columns, List<Map<String, Object>> rows) {}

  private static List<Map<String, Object>> panel(String dashboard, String place) throws Exception {
    return rows(find(dashboard, place), chosen(dashboard, Migrations.SCHEMA, Map.of()));
  }

  private static double number(String dashboard, String place) throws Exception {
    Map<String, Object> row = panel(dashboard, place).get(0);
    return ((Number) row.values().iterator().next()).doubleValue();
  }

  private static List<Object> column(String dashboard, String place, String column)
      throws Exception {
    return panel(dashboard, place).stream().map(row -> row.get(column)).toList();
  }

  private static Query find(String dashboard, String place) throws IOException {
    return queries().stream()
        .filter(query -> query.dashboard().equals(dashboard) && query.place().equals(place))
        .findFirst()
        .orElseThrow();
  }

  private static List<Map<String, Object>> rows(Query query, Map<String, List<String>> variables)
      throws SQLException {
    return ask(query, variables, Instant.now().minus(WEEK), Instant.now()).rows();
  }

  private static Answer ask(
      Query query, Map<String, List<String>> variables, Instant from, Instant to)
      throws SQLException {
    Duration interval =
        query.interval().isEmpty()
            ? Duration.ofMinutes(10)
            : Duration.parse(
                (query.interval().endsWith("d") ? "P" : "PT")
                    + query.interval().toUpperCase(java.util.Locale.ROOT));
    return ask(reader, new GrafanaSql(from, to, interval, variables).expand(query.sql()));
  }

  private static Answer ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      ResultSetMetaData about = result.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= about.getColumnCount(); i++) {
        columns.add(about.getColumnLabel(i));
      }
      List<Map<String, Object>> rows = new ArrayList<>();
      while (result.next()) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 1; i <= columns.size(); i++) {
          row.put(columns.get(i - 1), result.getObject(i));
        }
        rows.add(row);
      }
      return new Answer(columns, rows);
    } catch (SQLException e) {
      throw new SQLException(e.getMessage() + "\n" + sql, e.getSQLState(), e);
    }
  }

  /**
   * What Grafana would have chosen: all of what may be several, else the first; or what is given.
   */
  private static Map<String, List<String>> chosen(
      String dashboard, String schema, Map<String, List<String>> given) throws Exception {
    Map<String, List<String>> chosen = new LinkedHashMap<>();
    JsonNode json =
        DashboardsTest.read(Files.readString(DashboardsTest.FOLDER.resolve(dashboard + ".json")));
    for (JsonNode variable : json.at("/templating/list")) {
      String name = variable.get("name").asText();
      boolean several = variable.path("multi").asBoolean();
      List<String> values = new ArrayList<>();
      if (given.containsKey(name)) {
        values.addAll(given.get(name));
      } else if (name.equals("schema")) {
        values.add(schema);
      } else if (variable.get("type").asText().equals("query")) {
        Instant now = Instant.now();
        String sql =
            new GrafanaSql(now.minus(WEEK), now, Duration.ofMinutes(10), chosen)
                .expand(variable.get("query").asText());
        ask(reader, sql)
            .rows()
            .forEach(row -> values.add(row.values().iterator().next().toString()));
      } else {
        variable.path("options").forEach(option -> values.add(option.get("value").asText()));
      }
      // Of nothing Grafana makes an empty text; where there may be several it makes nothing at all.
      chosen.put(name, several ? values : values.isEmpty() ? List.of("") : values.subList(0, 1));
    }
    return chosen;
  }

  private static double seconds(Object time) {
    return time instanceof Timestamp at ? at.getTime() / 1000.0 : ((Number) time).doubleValue();
  }

  private static int freePort() throws Exception {
    // Linux gives ports from 32768 on to outgoing connections, which could take one meanwhile.
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has this one.
      }
    }
    throw new IllegalStateException("no free port from 20000 to 32000");
  }
}
