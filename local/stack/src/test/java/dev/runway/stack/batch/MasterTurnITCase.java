package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.postgres.PostgresServer;
import dev.runway.sql.Migrations;
import dev.runway.sql.RolePasswords;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One batch run of a namespace at a time, with the rights that it has. */
class MasterTurnITCase {
  private static final String DATABASE = "turns";

  @TempDir static Path home;

  private static PostgresServer server;

  @BeforeAll
  static void startServer() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    server = new PostgresServer(home, Path.of("target", "postgres"), port);
    server.start();
    server.createDatabase(DATABASE);
    for (String schema : new String[] {Migrations.SCHEMA, "replay"}) {
      Migrations.migrate(
          server.jdbcUrl(DATABASE),
          PostgresServer.SUPERUSER,
          server.secrets().password(PostgresServer.SUPERUSER),
          schema,
          RolePasswords.from(server.secrets()::password));
    }
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @Test
  void second_isRefused_butNotOfAnotherNamespace_andTheNextOneHasIt() throws Exception {
    MasterTurn first = MasterTurn.take(connect(Migrations.SCHEMA));
    first.require();

    assertThatThrownBy(() -> MasterTurn.take(connect(Migrations.SCHEMA)))
        .hasMessageContaining("another batch run is under way");
    MasterTurn.take(connect("replay")).close();
    first.require();

    first.close();
    MasterTurn.take(connect(Migrations.SCHEMA)).close();
  }

  /** The database may have given it to somebody else. */
  @Test
  void turnWhoseConnectionIsGone_isNotHeld() throws Exception {
    MasterTurn first = MasterTurn.take(connect(Migrations.SCHEMA));
    try (Connection admin = server.connect(PostgresServer.SUPERUSER, DATABASE);
        Statement statement = admin.createStatement()) {
      // Waits until they are gone.
      var ended =
          statement.executeQuery(
              "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
                  + " WHERE usename = 'runway_api'");
      ended.next();
      // One that another test has closed may linger, and is ended too.
      assertThat(ended.getInt(1)).isPositive();
    }

    assertThatThrownBy(first::require).hasMessageContaining("the database was away");
    MasterTurn.take(connect(Migrations.SCHEMA)).close();
  }

  private static Connection connect(String schema) throws SQLException {
    Connection connection = server.connect(RolePasswords.API, DATABASE);
    connection.setSchema(schema);
    return connection;
  }
}
