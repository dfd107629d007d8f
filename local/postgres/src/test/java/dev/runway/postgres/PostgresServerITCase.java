package dev.runway.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresServerITCase {

  private static final Path BINARIES = Path.of("target", "postgres").toAbsolutePath();

  private Path home;
  private PostgresServer server;

  @BeforeEach
  void makeHome() throws Exception {
    home = Files.createTempDirectory("runway-postgres-it-");
    server = new PostgresServer(home, BINARIES, freePort());
  }

  @AfterEach
  void removeHome() throws Exception {
    server.running().ifPresent(PostgresServer::stop);
    Folders.remove(home);
  }

  @Test
  void freshServer_isDurablePrivateAndAsksForAPassword() throws Exception {
    server.start();

    assertThat(setting("fsync")).isEqualTo("on");
    assertThat(setting("synchronous_commit")).isEqualTo("on");
    assertThat(setting("full_page_writes")).isEqualTo("on");
    assertThat(setting("data_checksums")).isEqualTo("on");
    assertThat(setting("listen_addresses")).isEqualTo("127.0.0.1");
    assertThat(setting("unix_socket_directories")).isEmpty();
    assertThat(setting("TimeZone")).isEqualTo("UTC");
    assertThat(setting("server_version_num")).startsWith("18");
    assertThat(
            query(
                "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
                    + " WHERE error IS NULL"))
        .isEqualTo("scram-sha-256");
    assertThat(query("SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname = 'postgres'"))
        .isEqualTo("SCRAM-SHA-256");
    assertThat(mode(home.resolve("data"))).isEqualTo("rwx------");
    assertThat(mode(BINARIES.resolve(Binaries.SHA_256))).isEqualTo("rwx------");
  }

  @Test
  void wrongPassword_isRefused() {
    server.start();
    var url = server.jdbcUrl(PostgresServer.SUPERUSER);

    assertThatThrownBy(() -> DriverManager.getConnection(url, PostgresServer.SUPERUSER, "wrong"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
    assertThatThrownBy(() -> DriverManager.getConnection(url, PostgresServer.SUPERUSER, ""))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void killedServer_keepsCommittedRowsAtTheNextStart() throws Exception {
    server.start();
    execute("CREATE TABLE kept (n int)", "INSERT INTO kept SELECT generate_series(1, 1000)");

    server.kill();
    assertThat(server.running()).isEmpty();
    server.start();

    assertThat(query("SELECT count(*) FROM kept")).isEqualTo("1000");
  }

  @Test
  void stop_endsTheServerDespiteAnOpenConnection() throws Exception {
    server.start();
    var handle = server.running().orElseThrow();

    try (Connection open = server.connect(PostgresServer.SUPERUSER, PostgresServer.SUPERUSER)) {
      server.stop();
      assertThat(handle.isAlive()).isFalse();
      assertThat(open.isValid(1)).isFalse();
    }
    assertThat(server.running()).isEmpty();
  }

  @Test
  void serverLeftByADeadStarter_isStoppedByTheNextStart() throws Exception {
    server.start();
    execute("CREATE TABLE kept AS SELECT 1 AS n");
    var left = server.running().orElseThrow();

    var next = new PostgresServer(home, BINARIES, freePort());
    next.start();

    assertThat(left.isAlive()).isFalse();
    assertThat(next.running()).isPresent();
    server = next;
    assertThat(query("SELECT count(*) FROM kept")).isEqualTo("1");
  }

  @Test
  void lockFileNamingAnotherProgram_isNotItsDeath() throws Exception {
    server.start();
    server.stop();
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(
          home.resolve("data/postmaster.pid"), other.pid() + "\n" + home.resolve("data") + "\n");

      server.start();

      assertThat(other.isAlive()).isTrue();
      assertThat(setting("fsync")).isEqualTo("on");
    } finally {
      other.destroyForcibly().waitFor();
    }
  }

  @Test
  void supervisor_startsThePreparedCommandItself() throws Exception {
    Process started = server.prepare().start();
    try {
      server.awaitReady(started.toHandle());
      assertThat(server.running().map(ProcessHandle::pid)).contains(started.pid());
    } finally {
      PostgresServer.stop(started.toHandle());
    }
    assertThat(started.waitFor()).isZero();
  }

  @Test
  void halfUnpackedProgramsAndHalfMadeData_doNotDisturbAStart() throws Exception {
    Path binaries = home.resolve("programs");
    Files.createDirectories(binaries.resolve(Binaries.SHA_256 + "-left/bin"));
    Files.createDirectories(home.resolve("data.new/base"));
    server = new PostgresServer(home, binaries, freePort());

    server.start();

    assertThat(setting("fsync")).isEqualTo("on");
    assertThat(home.resolve("data.new")).doesNotExist();
  }

  @Test
  void takenPort_failsWithTheServersOwnWords() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var second = new PostgresServer(home, BINARIES, taken.getLocalPort());

      assertThatThrownBy(second::start)
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void folderThatIsNoData_isLeftAlone() throws Exception {
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("data/precious"), "keep");

    assertThatThrownBy(server::start).hasMessageContaining("not a PostgreSQL data folder");
    assertThat(home.resolve("data/precious")).hasContent("keep");
  }

  @Test
  void dataWithoutItsPassword_isRefusedAtOnceAndLeftAlone() throws Exception {
    server.start();
    server.stop();
    Folders.remove(server.secrets().folder());

    var next = new PostgresServer(home, BINARIES, freePort());

    assertThatThrownBy(next::start)
        .hasMessageContaining("its password is gone from " + home.resolve("secrets"));
    assertThat(home.resolve("data/PG_VERSION")).exists();
    assertThat(home.resolve("secrets")).doesNotExist();
  }

  @Test
  void rootWithoutUserNamespaces_runsAsNobody() throws Exception {
    assumeTrue(RunAs.callerId() == 0, "only root can become another user");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path elsewhere = home.resolve("elsewhere");
    server = serverAsNobody(home, elsewhere);

    server.start();
    execute("CREATE TABLE kept AS SELECT 1 AS n");
    server.kill();
    server.start();

    assertThat(query("SELECT count(*) FROM kept")).isEqualTo("1");
    var pid = server.running().orElseThrow().pid();
    assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isEqualTo(65_534);
    assertThat(elsewhere).doesNotExist();
    // Without a hint the next start must find the same data, not make new.
    assertThat(Place.of(home, BINARIES, elsewhere).user()).isEqualTo(RunAs.NOBODY);
  }

  @Test
  void rootWhoseHomeNobodyCanEnter_getsAnotherFolder() throws Exception {
    assumeTrue(RunAs.callerId() == 0, "only root can become another user");
    Path open = Files.createTempDirectory("runway-postgres-it-open-");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    try {
      server = serverAsNobody(home, open.resolve("elsewhere"));
      server.start();
      assertThat(server.dataFolder()).isEqualTo(open.resolve("elsewhere/data"));
      assertThat(server.secrets().folder()).isEqualTo(home.resolve("secrets"));
      server.stop();

      server.remove();

      assertThat(open.resolve("elsewhere")).doesNotExist();
      assertThat(home).exists();
    } finally {
      Folders.remove(open);
    }
  }

  @Test
  void stoppedServer_leavesNoProcess() throws Exception {
    server.start();
    List<ProcessHandle> all =
        Stream.concat(server.running().stream(), server.running().orElseThrow().descendants())
            .toList();
    assertThat(all).hasSizeGreaterThan(3);

    server.close();

    for (ProcessHandle one : all) {
      one.onExit().get(2, TimeUnit.MINUTES);
    }
    assertThat(server.running()).isEmpty();
  }

  private static PostgresServer serverAsNobody(Path home, Path elsewhere) throws Exception {
    return new PostgresServer(home, freePort(), Place.of(home, BINARIES, elsewhere, RunAs.NOBODY));
  }

  private String setting(String name) throws SQLException {
    return query("SELECT current_setting('" + name + "')");
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, "postgres");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = server.connect(PostgresServer.SUPERUSER, "postgres");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
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
