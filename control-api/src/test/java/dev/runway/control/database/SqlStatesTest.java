package dev.runway.control.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatesTest {
  /** While a release migrates, what it needs may come a moment later. */
  @ParameterizedTest
  @ValueSource(strings = {"42501", "42P01", "42703", "42883", "3F000", "08006", "57P01", "53300"})
  void whatMayPass_isTriedAgain(String state) {
    assertThat(SqlStates.translate(new SQLException("no", state))).isInstanceOf(Unavailable.class);
  }

  @Test
  void whatIsWrongForGood_isNot() {
    assertThat(SqlStates.translate(new SQLException("no", "22008"))).isInstanceOf(Refused.class);
    assertThat(SqlStates.translate(new SQLException("no", "XX000")))
        .isInstanceOf(IllegalStateException.class);
  }
}
