package dev.runway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationsTest {

  @Test
  void statements_areThoseOfTheNamespace() {
    Declarations declarations =
        new Declarations(
            """
            -- a comment; with a semicolon;
            CREATE TABLE a (x INT) WITH ('topic' = '${namespace}.a');

            CREATE TABLE b (
              y STRING  -- in between
            ) WITH ('table-name' = '${schema}.v_b');
            """);

    assertThat(declarations.in("runway-demo"))
        .containsExactly(
            "CREATE TABLE a (x INT) WITH ('topic' = 'runway-demo.a')",
            """
            CREATE TABLE b (
              y STRING  -- in between
            ) WITH ('table-name' = 'runway_demo.v_b')\
            """);
  }

  @Test
  void filesOfTheProduct_endEveryStatement() throws Exception {
    for (String file : List.of("functions.sql", "topics.sql", "tables.sql", "archive.sql")) {
      List<String> statements =
          new Declarations(Files.readString(Path.of("../../sql/flink/ddl", file))).in("runway");

      assertThat(statements)
          .hasSizeGreaterThanOrEqualTo(4)
          .allMatch(statement -> statement.startsWith("CREATE TEMPORARY "))
          .noneMatch(statement -> statement.contains("${namespace}"));
    }
  }

  @Test
  void statementWithoutItsEnd_isRefused() {
    assertThatThrownBy(() -> new Declarations("CREATE TABLE a (x INT)"))
        .hasMessage("no semicolon behind CREATE TABLE a (x INT)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a'b", "a;b", "Runway", "-a", "a.b"})
  void whatIsNoNamespace_isRefused(String namespace) {
    assertThatThrownBy(() -> new Declarations("").in(namespace))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no namespace: '" + namespace + "'");
  }
}
