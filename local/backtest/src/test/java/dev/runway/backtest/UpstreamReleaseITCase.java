package dev.runway.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.runway.sql.RolePasswords;
import dev.runway.testkit.PostgresDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** A release upstream, asked of the stored graph by the role that may only read. */
class UpstreamReleaseITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void clean() throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        TRUNCATE runway.graph_edges, runway.graph_nodes, runway.models, runway.retrain_commands
            CASCADE
        """);
  }

  /** eta -> pricing -> surge -> promo, and two more that use pricing's input as well. */
  private void chain() throws SQLException {
    for (String model : new String[] {"eta", "pricing", "surge", "promo", "lonely"}) {
      model(model);
    }
    uses("pricing", "eta", "PREDICTION");
    uses("surge", "pricing", "COORDINATES");
    uses("promo", "surge", "PREDICTION");
  }

  @Test
  void chain_isAttributedAndRetrainedWaveByWaveUntilItIsTooLong() throws Exception {
    chain();
    retrained("pricing", 72.5, 7_200);

    JsonNode report = json("eta");

    assertThat(report.path("models")).hasSize(3);
    JsonNode first = report.at("/models/0");
    assertThat(first.path("model_id").asText()).isEqualTo("pricing");
    assertThat(first.path("wave").asInt()).isEqualTo(1);
    assertThat(first.at("/attributed_to/0/model_id").asText()).isEqualTo("eta");
    assertThat(first.at("/attributed_to/0/uses/0").asText()).isEqualTo("PREDICTION");
    assertThat(first.path("settled_after_seconds").asLong()).isEqualTo(3_600);
    assertThat(first.path("generation").asInt()).isEqualTo(1);
    assertThat(first.path("deployed_after_seconds").asLong()).isEqualTo(3_600 + 7_200);
    assertThat(first.path("cost").asDouble()).isEqualTo(72.5);
    JsonNode second = report.at("/models/1");
    // It feels what eta says now though pricing, which it reads, is still the same.
    assertThat(second.path("attributed_to")).hasSize(2);
    assertThat(second.at("/attributed_to/0/model_id").asText()).isEqualTo("eta");
    assertThat(second.at("/attributed_to/0/from_seconds").asLong()).isZero();
    assertThat(second.at("/attributed_to/0/uses")).isEmpty();
    assertThat(second.at("/attributed_to/1/model_id").asText()).isEqualTo("pricing");
    assertThat(second.at("/attributed_to/1/from_seconds").asLong()).isEqualTo(3_600 + 7_200);
    assertThat(second.path("generation").asInt()).isEqualTo(2);
    assertThat(second.path("deployed_after_seconds").asLong())
        .isEqualTo(3_600 + 7_200 + 3_600 + 4 * 3_600);
    JsonNode third = report.at("/models/2");
    assertThat(third.path("model_id").asText()).isEqualTo("promo");
    assertThat(third.path("generation").asInt()).isEqualTo(3);
    assertThat(third.path("retrains").asBoolean()).isFalse();
    assertThat(report.path("cost").asDouble()).isEqualTo(122.5);
  }

  /** Nothing that it uses itself is retrained, and yet what it reads has changed. */
  @Test
  void modelBelowOneThatIsNotRetrained_isAttributedToThoseFartherUp() throws Exception {
    chain();
    model("banner");
    uses("banner", "promo", "PREDICTION");

    JsonNode last = json("eta").at("/models/3");

    assertThat(last.path("model_id").asText()).isEqualTo("banner");
    assertThat(last.path("attributed_to"))
        .extracting(cause -> cause.path("model_id").asText())
        .containsExactly("eta", "pricing", "surge");
    assertThat(last.path("retrains").asBoolean()).isFalse();
  }

  @Test
  void forecast_isReadable() throws Exception {
    chain();

    String text = run("eta");

    assertThat(text).contains("A release of eta, if all that use it drift by it:");
    assertThat(text).containsPattern("1 +pricing +eta \\[PREDICTION\\] +\\+1h\\?");
    assertThat(text).contains("GENERATION: a person");
    assertThat(text).contains("2 of 3 models below are retrained, for $100.00");
    assertThat(run("lonely")).contains("nothing uses lonely");
  }

  @Test
  void forecast_isTheOneThatIsShown() throws Exception {
    chain();
    retrained("pricing", 72.5, 7_200);

    assertThat(Shown.page()).contains(Shown.asShown(run("eta")));
  }

  /** A wave that would be a storm is said, and stands in no other model's way. */
  @Test
  void wideWave_isSaidToBeAStorm() throws Exception {
    model("base");
    for (int i = 0; i < 7; i++) {
      model("m" + i);
      uses("m" + i, "base", "COORDINATES");
    }

    assertThat(run("base")).contains("wave 1 is so wide");
    assertThat(run("m1")).doesNotContain("wave 1 is so wide");
  }

  @Test
  void endedDependency_counts_noMore() throws Exception {
    chain();
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "UPDATE runway.graph_edges SET valid_to = now() WHERE upstream = 'model:pricing'");

    assertThat(json("eta").path("models")).hasSize(1);
  }

  @Test
  void cycleAndUnknownModel_areClearErrors() throws Exception {
    chain();
    uses("pricing", "promo", "PREDICTION");

    assertThat(execute("eta")).isEqualTo(1);
    assertThat(errors.toString())
        .contains("the dependencies have a cycle, pricing -> surge -> promo -> pricing");

    assertThat(execute("nobody")).isEqualTo(1);
    assertThat(errors.toString()).contains("no model is called nobody");
    assertThat(execute()).isEqualTo(2);
  }

  private static void model(String id) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.models (model_id, revision, state, owner, team, tier, tags,
                                   strict_versions, judging, message)
        VALUES ('%1$s', 1, 'ACTIVE', 'ada', 'red', 2, '{}', false, '{}', '{}');
        INSERT INTO runway.graph_nodes (node_id, kind, name, model_id, source)
        VALUES ('model:%1$s', 'MODEL', '%1$s', '%1$s', 'registry')
        """
            .formatted(id));
  }

  private static void uses(String downstream, String upstream, String kind) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        INSERT INTO runway.graph_edges (upstream, downstream, kind, source, created_by)
        VALUES ('model:%s', 'model:%s', '%s', 'api', 'ada')
        """
            .formatted(upstream, downstream, kind));
  }

  private static void retrained(String model, double dollars, int seconds) throws SQLException {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        """
        SET session_replication_role = replica;
        INSERT INTO runway.retrain_commands (command_id, model_id, model_version, action,
            reason_class, episode, attempt, tier, team, severity, severity_class, priority, mode,
            wave, generation, evidence_hash, command, asked_by, issued_at, received_at, rank_at,
            state, state_revision, state_at, started_at, ended_at, new_version, estimated_cost,
            actual_cost, message)
        VALUES (gen_random_uuid(), '%s', 'v1', 'RETRAIN', 'DRIFT', 'e-1', 1, 2, 'red', 0.7, 'HIGH',
            3, 'AUTO', 0, 0, repeat('a', 64), '', 'test', now(), now(), now(), 'SUCCEEDED', 1,
            now(), now() - interval '%d seconds', now(), 'v2', 50, %s, '')
        """
            .formatted(model, seconds, dollars));
  }

  private String run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(command(new PrintStream(out, true, StandardCharsets.UTF_8)).execute(with(arguments)))
        .as(errors.toString())
        .isZero();
    return out.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json(String model) throws Exception {
    return new ObjectMapper().readTree(run(model, "--json"));
  }

  private int execute(String... arguments) {
    return command(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8))
        .execute(with(arguments));
  }

  private static String[] with(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "upstream-release";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return all;
  }

  private CommandLine command(PrintStream out) {
    return SimulateCommand.over(
            schema ->
                new ReaderTables(
                    POSTGRES.jdbcUrl(),
                    schema,
                    RolePasswords.READER,
                    POSTGRES.password(RolePasswords.READER)),
            out)
        .setErr(new PrintWriter(errors, true))
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> {
              command.getErr().println(exception.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }
}
