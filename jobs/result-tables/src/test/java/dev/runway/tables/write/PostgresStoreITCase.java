package dev.runway.tables.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.runway.sql.RolePasswords;
import dev.runway.tables.write.PostgresAccess.Timeouts;
import dev.runway.testkit.FaultyProxy;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A connection in a bad network: each wait has an end, and the next call connects anew. */
@Timeout(300)
class PostgresStoreITCase {
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  /** Three times as long as is needed: what shall succeed has the same limits. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  @TempDir Path folder;

  private FaultyProxy proxy;
  private PostgresStore store;

  @BeforeEach
  void connectThroughProxy() throws Exception {
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "DROP TABLE IF EXISTS runway.notes",
        "CREATE TABLE runway.notes (name text, bytes bytea, PRIMARY KEY (name))",
        "GRANT SELECT, INSERT, UPDATE ON runway.notes TO runway_writer");
    Files.writeString(folder.resolve("password"), POSTGRES.password(RolePasswords.WRITER));
    proxy = new FaultyProxy(port());
    store = store("");
    assertThat(store.upsert(List.of(Samples.note("first", 1)))).isEqualTo(1);
  }

  private PostgresStore store(String settings) {
    return new PostgresStore(
        Samples.NOTES,
        new PostgresAccess(
            POSTGRES.jdbcUrl().replace(":" + port() + "/", ":" + proxy.port() + "/") + settings,
            RolePasswords.WRITER,
            folder.resolve("password").toString(),
            "runway",
            new Timeouts(LIMIT.multipliedBy(5), LIMIT.multipliedBy(3), LIMIT, LIMIT)));
  }

  private static int port() {
    return URI.create(POSTGRES.jdbcUrl().substring("jdbc:".length())).getPort();
  }

  @AfterEach
  void close() {
    store.close();
    proxy.close();
  }

  @Test
  void answerThatNeverComes_isGivenUp() throws Exception {
    proxy.dropPackets();
    assertThatThrownBy(() -> store.upsert(List.of(Samples.note("a", 1))))
        .isInstanceOf(SQLException.class);
    store.disconnect();

    proxy.pass();
    assertThat(store.upsert(List.of(Samples.note("b", 1)))).isEqualTo(1);
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD) // An interrupt ends no write.
  void batchThatNobodyTakes_isGivenUpToo() throws Exception {
    assertGivesUpTheBatchThatNobodyTakes(store);
  }

  @Test
  @Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
  void encryptedBatchThatNobodyTakes_isGivenUpToo() throws Exception {
    ServerCertificate.install(POSTGRES, folder);
    PostgresStore encrypted = store("?sslmode=require");
    try {
      await()
          .atMost(Waits.LONG)
          .ignoreExceptions() // The server reads its configuration when it comes to it.
          .until(() -> encrypted.upsert(List.of(Samples.note("tls", 1))) == 1);
      assertGivesUpTheBatchThatNobodyTakes(encrypted);
    } finally {
      ServerCertificate.remove(POSTGRES);
      encrypted.close();
    }
  }

  private void assertGivesUpTheBatchThatNobodyTakes(PostgresStore store) throws Exception {
    proxy.dropPackets();
    List<TableRow> batch =
        IntStream.range(0, 100)
            .mapToObj(i -> TableRow.of(Samples.ORIGIN, "n" + i, new byte[400 * 1024]))
            .toList();
    assertThatThrownBy(() -> store.upsert(batch)).isInstanceOf(SQLException.class);
    store.disconnect();

    proxy.pass();
    assertThat(store.upsert(List.of(Samples.note("b", 1)))).isEqualTo(1);
  }

  @Test
  void loginThatNobodyAnswers_isGivenUp() throws Exception {
    store.disconnect();
    proxy.dropPackets();
    assertThatThrownBy(() -> store.upsert(List.of(Samples.note("a", 1))))
        .isInstanceOf(SQLException.class);
    proxy.pass();
    assertThat(store.upsert(List.of(Samples.note("b", 1)))).isEqualTo(1);
  }

  @Test
  void answerThatIsLost_isWrittenAgainToNoEffect() throws Exception {
    proxy.dropAnswers();
    assertThatThrownBy(() -> store.upsert(List.of(Samples.note("lost", 1))))
        .isInstanceOf(SQLException.class);
    store.disconnect();
    proxy.pass();

    assertThat(store.upsert(List.of(Samples.note("lost", 1)))).isZero();
  }

  @Test
  void lockedRow_isGivenUpByTheServer() throws Exception {
    try (var other = POSTGRES.connect(PostgresDatabase.SUPERUSER);
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("INSERT INTO runway.notes VALUES ('locked', '')");
      assertThatThrownBy(() -> store.upsert(List.of(Samples.note("locked", 1))))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isIn("55P03", "57014"));
      other.rollback();
    }
    assertThat(store.upsert(List.of(Samples.note("locked", 1)))).isEqualTo(1);
  }
}
