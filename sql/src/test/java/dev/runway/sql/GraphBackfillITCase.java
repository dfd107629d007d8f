package dev.runway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.postgres.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was registered before the graph took it up is in it afterwards. */
class GraphBackfillITCase {
  private static final String DATABASE = "graph";

  @TempDir static Path home;

  @Test
  void registryFromBefore_isInTheGraph_withoutItsCycles() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    int port = MigrationsITCase.freePort();
    try (PostgresServer server = new PostgresServer(home, Path.of("target", "postgres"), port)) {
      server.start();
      server.createDatabase(DATABASE);
      RolePasswords passwords = RolePasswords.from(server.secrets()::password);
      try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE)) {
        Roles.prepare(admin, Migrations.SCHEMA, passwords);
      }
      Flyway.configure()
          .configuration(
              Migrations.flyway(server.jdbcUrl(DATABASE), Migrations.SCHEMA, passwords)
                  .getConfiguration())
          .target("9")
          .load()
          .migrate();
      try (Connection connection = server.connect(PostgresServer.SUPERUSER, DATABASE);
          Statement statement = connection.createStatement()) {
        statement.execute("SET search_path = runway");
        register(statement);

        assertThat(
                Migrations.migrate(
                    server.jdbcUrl(DATABASE),
                    PostgresServer.SUPERUSER,
                    server.secrets().password(PostgresServer.SUPERUSER),
                    Migrations.SCHEMA,
                    passwords))
            .isPositive();

        assertThat(
                rows(
                    statement,
                    "SELECT node_id || ' ' || coalesce(model_id, '-')"
                        + " FROM graph_nodes WHERE kind IN ('MODEL', 'FEATURE', 'VERSION')"))
            .containsExactlyInAnyOrder(
                "model:a a",
                "model:b b",
                "model:c c",
                "model:gone gone",
                "model:unknown -",
                "version:a/1 a",
                "version:a/2 a",
                "version:gone/1 gone",
                "feature:age -",
                "feature:old -");
        assertThat(
                rows(
                    statement,
                    "SELECT upstream || ' ' || downstream || ' ' || kind"
                        + " FROM graph_edges WHERE valid_to IS NULL AND kind <> 'PART_OF'"))
            .containsExactlyInAnyOrder(
                "feature:age version:a/2 DATA_ONLY",
                "model:a model:b PREDICTION",
                "model:b model:c SIMILARITY",
                "model:c model:unknown COORDINATES");
        assertThat(
                rows(
                    statement,
                    "SELECT upstream || ' ' || split_part(downstream, ':', 1)"
                        + " FROM graph_edges WHERE kind = 'PART_OF'"))
            .containsExactlyInAnyOrder("version:a/2 model", "model:a deployment");
      }
    }
  }

  private static void register(Statement statement) throws Exception {
    statement.execute(
        """
        INSERT INTO models (model_id, revision, state, owner, team, tier, tags, strict_versions,
                            judging, message)
        SELECT id, 1, CASE WHEN id = 'gone' THEN 'RETIRED' ELSE 'ACTIVE' END, 'ada', 'ranking', 1,
               '{}', false, '{}', CASE WHEN id <> 'gone' THEN ''::bytea END
        FROM unnest(ARRAY['a', 'b', 'c', 'gone']) AS m (id);
        INSERT INTO model_versions (model_id, version, revision, state, metrics, hyperparameters,
                                    features, created_by)
        VALUES ('a', '1', 1, 'SUPERSEDED', '{}', '{}', '{old}', 'test'),
               ('a', '2', 1, 'LIVE', '{}', '{}', '{age,age}', 'test'),
               ('gone', '1', 1, 'REGISTERED', '{}', '{}', '{}', 'test');
        INSERT INTO deployments (model_id, version, environment, role, share, revision, ended_at,
                                 created_by)
        VALUES ('a', '2', 'production', 'PRIMARY', 1, 1, NULL, 'test'),
               ('a', '1', 'production', 'PRIMARY', 1, 1, now() + interval '1 hour', 'test');
        INSERT INTO consumers (model_id, kind, name, usage, started_at, created_by)
        VALUES ('a', 'MODEL', 'b', 'PREDICTION', now(), 'test'),
               ('b', 'MODEL', 'c', 'SIMILARITY', now() + interval '1 s', 'test'),
               ('c', 'MODEL', 'a', 'DATA_ONLY', now() + interval '2 s', 'test'),
               ('c', 'MODEL', 'unknown', 'COORDINATES', now() + interval '3 s', 'test'),
               ('a', 'APPLICATION', 'web', 'PREDICTION', now(), 'test')
        """);
  }

  private static List<String> rows(Statement statement, String sql) throws Exception {
    List<String> rows = new ArrayList<>();
    try (ResultSet found = statement.executeQuery(sql)) {
      while (found.next()) {
        rows.add(found.getString(1));
      }
    }
    return rows;
  }
}
