package dev.runway.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.PerformanceReading;
import dev.runway.model.RetrainCommand;
import dev.runway.retraintrigger.signal.ExperimentReading;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.sql.RolePasswords;
import dev.runway.tables.WrittenRows;
import dev.runway.tables.write.PostgresAccess;
import dev.runway.testkit.PostgresDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Readings and decisions as their own writers write them, judged anew. */
class BacktestITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private static final String IN_FORCE =
      """
      "when": "signal.data_drift > 0.5", "for": {"windows": 2, "of": 3},
      "action": {"retrain": {"mode": "auto"}}, "limits": {"cooldown": "PT6H"}
      """;
  private static final Instant FROM = Production.START.plus(Duration.ofHours(2));
  private static final Instant TO = Production.START.plus(Duration.ofHours(24));

  @TempDir Path folder;

  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void clean() throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.drift_readings, runway.performance, runway.label_coverage,
            runway.retrain_decisions, runway.retrain_commands CASCADE
        """);
  }

  /** Two episodes: a strong one at 5, and one of half the severity at 16. */
  private static double twice(long hour) {
    return hour >= 5 && hour < 8 ? 0.95 : hour >= 16 && hour < 18 ? 0.6 : 0;
  }

  @Test
  void readings_comeBackAsTheyWereWritten() throws Exception {
    Production production = production(BacktestITCase::twice);
    long from = Production.START.toEpochMilli();
    try (Connection connection = reader().connect()) {
      assertThat(StoredDrift.read(connection, Production.MODEL, from, TO.toEpochMilli()))
          .isEqualTo(production.drift);
      List<PerformanceReading> labels =
          StoredPerformance.read(connection, Production.MODEL, from, TO.toEpochMilli());
      assertThat(labels).usingRecursiveComparison().isEqualTo(production.labels);
    }
  }

  /**
   * The one test of its honesty: the policies in force do again, id by id, what the job has done.
   */
  @Test
  void policiesInForce_sendTheCommandsThatTheJobHasSent() throws Exception {
    Production production = production(BacktestITCase::twice);
    assertThat(production.commands).hasSize(2);

    JsonNode report = json(run(policy("0.8")));

    assertThat(report.at("/in_force/commands")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      RetrainCommand sent = production.commands.get(i);
      JsonNode again = report.at("/in_force/commands").get(i);
      assertThat(again.path("at").asText())
          .isEqualTo(Instant.ofEpochMilli(sent.issuedAtMillis()).toString());
      assertThat(again.path("episode").asText()).isEqualTo(sent.cause().episode());
      assertThat(again.path("severity").asDouble()).isEqualTo(sent.urgency().severity());
    }
    assertThat(report.at("/in_force/cost").asDouble()).isEqualTo(100);
  }

  /**
   * What its embeddings are to it and what an experiment has found counts while it did: a verdict
   * about a candidate not before the model rests on it, and of one that is to go nothing is asked.
   */
  @Test
  void embeddingsAndExperiments_countAsTheyDid() throws Exception {
    String when = "signal.embedding >= 1.0 || signal.experiment >= 0.5";
    String spec =
        """
        "when": "%s", "for": {"windows": 2, "of": 3},
        "action": {"retrain": {"mode": "auto"}}, "limits": {"cooldown": "PT6H"}
        """
            .formatted(when);
    Production production =
        written(
            new Production(
                Production.policy("ranker-drift", 3, spec), 24, hour -> 0, BacktestITCase::aside));
    assertThat(production.commands).hasSize(2);
    assertThat(production.commands)
        .extracting(command -> hour(command.issuedAtMillis()))
        .containsExactly(6L, 15L);

    JsonNode report = json(run(policyOf(when)));

    for (String side : List.of("candidate", "in_force")) {
      assertThat(report.at("/" + side + "/commands"))
          .as(side)
          .extracting(command -> command.path("at").asText())
          .isEqualTo(
              production.commands.stream()
                  .map(command -> Instant.ofEpochMilli(command.issuedAtMillis()).toString())
                  .toList());
    }
  }

  private static long hour(long millis) {
    return Duration.between(Production.START, Instant.ofEpochMilli(millis)).toHours();
  }

  /** From 4 on a verdict about v6, which is in use from 6 to 10; from 15 to 19 a finding. */
  private static void aside(long minute, long now, Dossier dossier) {
    switch ((int) minute) {
      case 4 * 60 ->
          dossier.take(
              new SpaceReading(
                  "titles",
                  "v5",
                  "v6",
                  Usage.COORDINATES,
                  Compatibility.BREAKING,
                  "NEIGHBOURS",
                  0.5,
                  1,
                  now,
                  now));
      case 6 * 60 -> dossier.take(Production.document("v6", List.of()));
      case 10 * 60 -> dossier.take(Production.document("v5", List.of()));
      case 15 * 60 -> dossier.takeExperiments(Map.of("v1", List.of(finding(now))));
      case 19 * 60 -> dossier.takeExperiments(Map.of());
      // From here on it would ask again, and is to go.
      case 21 * 60 -> dossier.take(Production.document("v6", List.of("v1")));
      default -> {
        // Nothing beside readings.
      }
    }
  }

  private static ExperimentReading finding(long now) {
    long day = Duration.ofDays(1).toMillis();
    return new ExperimentReading(
        "spring", "b", "a", "clicks", 0.2, 0.02, 0.05, 20_000, now - day, now);
  }

  @Test
  void strictPolicy_sendsLessAndMissesWhatWasNeeded() throws Exception {
    Production production = production(BacktestITCase::twice);
    retrain(production.commands.get(0), "SUCCEEDED", "MANUAL", "null");
    retrain(production.commands.get(1), "REFUSED", "DRIFT", "'rejected: by bob'");

    JsonNode strict = json(run(policy("0.8"), "--json", "--within", "PT3H"));
    JsonNode deaf = json(run(policy("0.99"), "--json", "--within", "PT3H"));

    assertThat(strict.at("/candidate/commands")).hasSize(1);
    assertThat(strict.at("/candidate/cost").asDouble()).isEqualTo(50);
    assertThat(strict.at("/candidate/caught").asInt()).isEqualTo(1);
    assertThat(strict.at("/candidate/missed").asInt()).isZero();
    assertThat(strict.at("/candidate/not_needed").asInt()).isZero();
    assertThat(strict.at("/in_force/not_needed").asInt()).isEqualTo(1);
    assertThat(deaf.at("/candidate/commands")).isEmpty();
    assertThat(deaf.at("/candidate/missed").asInt()).isEqualTo(1);
  }

  @Test
  void report_showsBothSideBySide() throws Exception {
    production(BacktestITCase::twice);

    String text = run(policy("0.8"), "--within", "PT3H");

    assertThat(text).contains("ranker-drift (p.yaml) over ", "p.yaml         in force");
    assertThat(text)
        .containsPattern("commands +1 +2\n")
        .containsPattern("cost +\\$50.00 +\\$100.00");
    assertThat(text).contains("ranker v1  RETRAIN  AUTO, attempt 1", "by ranker-drift");
  }

  @Test
  void report_isTheOneThatIsShown() throws Exception {
    Production production = production(BacktestITCase::twice);
    retrain(production.commands.get(0), "SUCCEEDED", "MANUAL", "null");
    retrain(production.commands.get(1), "REFUSED", "DRIFT", "'rejected: by bob'");

    String text = run(policy("0.8"), "--within", "PT3H");

    assertThat(Shown.page()).contains(Shown.asShown(text));
  }

  @Test
  void modelWithoutDecisions_isJudgedByItsTierAndSaid() throws Exception {
    Production production = production(BacktestITCase::twice);
    POSTGRES.execute(PostgresDatabase.SUPERUSER, "TRUNCATE runway.retrain_decisions");

    String text = run(policy("0.8"), "--training", "PT2H");

    assertThat(text).contains("No decision is stored about ranker");
    assertThat(production.commands).isNotEmpty();
  }

  @Test
  void policyThatDoesNotCompile_isRefusedWithItsPlace() throws Exception {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, policyText("signal.data_drift >> 3"));
    assertThat(execute("--policy", file.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("p.yaml does not compile: spec.when, line 1, column ");

    Files.writeString(file, "metadata: {name: a\nspec: [");
    assertThat(execute("--policy", file.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("p.yaml: line 2, column ");
  }

  @Test
  void nothingThere_isSaid() throws Exception {
    assertThat(execute("--policy", policy("0.8").toString())).isEqualTo(1);
    assertThat(errors.toString())
        .contains("no readings of ranker from " + FROM + " to " + TO + " in schema runway");

    assertThat(execute("--policy", policy("0.8").toString(), "--model", "other")).isEqualTo(1);
    assertThat(errors.toString()).contains("decides about ranker, not about other");

    assertThat(execute("--policy", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("no such file: ");
  }

  /** Lives through a day and writes all of it. */
  private Production production(LongToDoubleFunction severity) throws Exception {
    return written(new Production(Production.policy("ranker-drift", 3, IN_FORCE), 24, severity));
  }

  private Production written(Production production) throws Exception {
    Path password = folder.resolve("password");
    Files.writeString(password, POSTGRES.password(RolePasswords.WRITER));
    Duration second = Duration.ofSeconds(1);
    WrittenRows rows =
        new WrittenRows(
            new PostgresAccess(
                POSTGRES.jdbcUrl(),
                RolePasswords.WRITER,
                password.toString(),
                "runway",
                new PostgresAccess.Timeouts(
                    second.multipliedBy(5),
                    second.multipliedBy(20),
                    second.multipliedBy(15),
                    second.multipliedBy(5))),
            TO.toEpochMilli());
    rows.drift(production.drift);
    rows.performance(production.labels);
    rows.decisions(production.decisions);
    return production;
  }

  private static void retrain(
      RetrainCommand command, String state, String reasonClass, String reason) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.retrain_commands (command_id, model_id, model_version, action,
            reason_class, episode, attempt, tier, team, severity, severity_class, priority, mode,
            wave, generation, evidence_hash, command, asked_by, issued_at, received_at, rank_at,
            state, state_revision, state_at, reason, ended_at, new_version,
            estimated_cost, message)
        VALUES ('%s', 'ranker', 'v1', 'RETRAIN', '%s', '%s', 1, 2, 'ranking', 0.7, 'HIGH', 3,
            'AUTO', 0, 0, repeat('a', 64), '', 'user:ada', '%s', now(), now(), '%s', 1, now(), %s, now(),
            'v2', 50, '')
        """
            .formatted(
                command.commandId(),
                reasonClass,
                command.cause().episode(),
                Instant.ofEpochMilli(command.issuedAtMillis()),
                state,
                reason));
  }

  private Path policy(String above) throws Exception {
    return policyOf("signal.data_drift > " + above);
  }

  private Path policyOf(String when) throws Exception {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, policyText(when));
    return file;
  }

  private static String policyText(String when) {
    return """
        apiVersion: runway/v1
        kind: RetrainPolicy
        metadata: {name: ranker-drift, owner: ada, team: ranking}
        spec:
          models: [ranker]
          when: "%s"
          for: {windows: 2, of: 3}
          action: {retrain: {mode: auto}}
          limits: {cooldown: PT6H}
        """
        .formatted(when);
  }

  private String run(Path policy, String... more) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String[] arguments = arguments(policy.toString(), more);
    assertThat(command(new PrintStream(out, true, StandardCharsets.UTF_8)).execute(arguments))
        .as(errors.toString())
        .isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text.substring(text.indexOf('{')));
  }

  private static String[] arguments(String policy, String... more) {
    String[] json = more.length == 0 ? new String[] {"--json"} : more;
    return concat(
        new String[] {"--policy", policy, "--from", FROM.toString(), "--to", TO.toString()}, json);
  }

  private static String[] concat(String[] first, String[] second) {
    String[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private int execute(String... arguments) {
    errors.getBuffer().setLength(0);
    return command(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .execute(
            concat(arguments, new String[] {"--from", FROM.toString(), "--to", TO.toString()}));
  }

  private CommandLine command(PrintStream out) {
    return new CommandLine(new BacktestCommand(schema -> reader(), out))
        .setErr(new PrintWriter(errors, true))
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> {
              command.getErr().println(exception.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  private static ReaderTables reader() {
    return new ReaderTables(
        POSTGRES.jdbcUrl(),
        "runway",
        RolePasswords.READER,
        POSTGRES.password(RolePasswords.READER));
  }
}
