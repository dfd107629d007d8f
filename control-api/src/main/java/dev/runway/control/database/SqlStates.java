package dev.runway.control.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the database's error codes mean to whoever asked. */
final class SqlStates {
  /** Time-outs of statements and locks, too many connections, out of disk or memory, read-only. */
  private static final Set<String> BUSY = Set.of("57014", "55P03", "25006", "25P03");

  /** No right to it, or no such table, column, function or schema. */
  private static final Set<String> NOT_THERE = Set.of("42501", "42P01", "42703", "42883", "3F000");

  private SqlStates() {}

  static RuntimeException translate(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (e instanceof SQLTransientConnectionException
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57P")
        || state.startsWith("58")
        || BUSY.contains(state)) {
      return new Unavailable("the database does not take it now (" + state + ")", e);
    }
    return switch (state) {
      case "23505", "23P01" -> new Refused(Refused.Kind.DUPLICATE, constraint(e), e);
      case "23503" -> new Refused(Refused.Kind.DANGLING, constraint(e), e);
      case "23502", "23514" -> new Refused(Refused.Kind.VALUE, constraint(e), e);
      default -> {
        if (state.startsWith("22")) {
          yield new Refused(Refused.Kind.VALUE, constraint(e), e);
        }
        if (NOT_THERE.contains(state)) {
          yield new Unavailable("the tables of this release are not there, or not ours", e);
        }
        yield new IllegalStateException("the database refused a statement (" + state + ")", e);
      }
    };
  }

  private static String constraint(SQLException e) {
    if (e instanceof PSQLException refused) {
      ServerErrorMessage message = refused.getServerErrorMessage();
      if (message != null && message.getConstraint() != null) {
        return message.getConstraint();
      }
    }
    return "";
  }
}
