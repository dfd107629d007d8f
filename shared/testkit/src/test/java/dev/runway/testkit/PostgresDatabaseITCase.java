package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.sql.RolePasswords;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDatabaseITCase {

  @RegisterExtension static final PostgresDatabase FIRST = new PostgresDatabase();
  @RegisterExtension static final PostgresDatabase SECOND = new PostgresDatabase();

  @Test
  void settings_areThoseOfADurableServer() throws Exception {
    assertThat(
            FIRST.query(
                PostgresDatabase.SUPERUSER,
                "SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
                    + " current_setting('server_version_num')::int / 10000"))
        .containsExactly(List.of("on", "on", "18"));
  }

  @Test
  void passwordOfAnotherRole_isRefused() {
    assertThatThrownBy(
            () ->
                DriverManager.getConnection(
                    FIRST.jdbcUrl(), RolePasswords.WRITER, FIRST.password(RolePasswords.READER)))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
  }

  @Test
  void killedServer_keepsCommittedRowsAndDropsTheOpenTransaction() throws Exception {
    FIRST.execute(RolePasswords.WRITER, deadLetter(1));
    long before = FIRST.pid();
    String address = FIRST.jdbcUrl();
    try (Connection open = FIRST.connect(RolePasswords.WRITER)) {
      open.setAutoCommit(false);
      open.createStatement().execute(deadLetter(2));

      FIRST.kill();
      assertThat(ProcessHandle.of(before)).isEmpty();
      FIRST.restart();

      assertThat(open.isValid(1)).isFalse();
    }
    assertThat(FIRST.jdbcUrl()).isEqualTo(address);
    assertThat(FIRST.pid()).isNotEqualTo(before);
    assertThat(FIRST.query(RolePasswords.READER, "SELECT source_offset FROM v_dead_letters"))
        .containsExactly(List.of("1"));
  }

  @Test
  void otherDatabaseOfTheServer_isMigratedAndSeparate() throws Exception {
    SECOND.execute(RolePasswords.WRITER, deadLetter(7));

    assertThat(
            FIRST.query(
                RolePasswords.READER,
                "SELECT count(*) FROM v_dead_letters WHERE source_offset = 7"))
        .containsExactly(List.of("0"));
    assertThat(SECOND.pid()).isEqualTo(FIRST.pid());
  }

  private static String deadLetter(int offset) {
    return "INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, field,"
        + " detail, event_bytes, cut, received_at) VALUES ('t', 0, "
        + offset
        + ", 'r', NULL, 'd', '', false, now())";
  }
}
