package dev.runway.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What is declared in a session: statements with the namespace left open. */
final class Declarations {

  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private final List<String> statements = new ArrayList<>();

  /**
   * Declarations as a file has them.
   *
   * @param sql statements that end with a semicolon at the end of a line; lines that begin with two
   *     dashes are comments
   */
  Declarations(String sql) {
    StringBuilder statement = new StringBuilder();
    for (String line : sql.split("\n", -1)) {
      if (!line.startsWith("--")) {
        statement.append(line).append('\n');
        if (line.endsWith(";")) {
          statement.setLength(statement.length() - 2);
          statements.add(statement.toString().strip());
          statement.setLength(0);
        }
      }
    }
    if (!statement.toString().isBlank()) {
      throw new IllegalArgumentException("no semicolon behind " + statement.toString().strip());
    }
  }

  /**
   * The statements for a namespace.
   *
   * @throws IllegalArgumentException if it is no name of one
   */
  List<String> in(String namespace) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw new IllegalArgumentException(
          "no namespace: '%s'; such as runway or runway-demo".formatted(namespace));
    }
    return statements.stream()
        .map(
            statement ->
                statement
                    .replace("${namespace}", namespace)
                    .replace("${schema}", namespace.replace('-', '_')))
        .toList();
  }
}
