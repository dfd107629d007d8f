package dev.runway.tables.write;

import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an error of PostgreSQL says about the rows that were sent. */
final class SqlFaults {
  private static final int DETAIL_CHARS = 300;
  private static final String CHECK_VIOLATED = "23514";

  private SqlFaults() {}

  /**
   * Whether a row is at fault, so that sending it again cannot help: SQLSTATE classes 22 (data), 23
   * (constraint) and 54 (limits, such as an index entry of more than 8 kB). All the others are
   * about the connection, the server, its load or its set-up, which end without the rows changing.
   * So does a check of no constraint's: a piece of the table was made while the row was on its way
   * to another one.
   */
  static boolean blamesRow(SQLException fault) {
    String state = state(fault);
    if (state.equals(CHECK_VIOLATED) && named(fault) == null) {
      return false;
    }
    return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
  }

  /** The five characters, or "none". */
  static String state(SQLException fault) {
    String state = fault.getSQLState();
    return state == null ? "none" : state.toUpperCase(Locale.ROOT);
  }

  /** Why a row is a dead letter: the column or constraint where PostgreSQL names it. */
  static MalformedEvent refusal(SQLException fault) {
    return new MalformedEvent(
        Reason.REFUSED_BY_DATABASE, named(fault), state(fault) + ": " + message(fault));
  }

  /** The first line of the message: what follows repeats the statement. */
  static String message(SQLException fault) {
    String text = RowChecks.storable(fault.getMessage());
    if (text == null) {
      return "no message";
    }
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    if (line.length() <= DETAIL_CHARS) {
      return line;
    }
    boolean splitsPair = Character.isHighSurrogate(line.charAt(DETAIL_CHARS - 1));
    return line.substring(0, splitsPair ? DETAIL_CHARS - 1 : DETAIL_CHARS);
  }

  /** The column or constraint at fault; null where PostgreSQL names none. */
  static @Nullable String named(SQLException fault) {
    ServerErrorMessage server =
        fault instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    if (server == null) {
      return null;
    }
    return server.getColumn() != null ? server.getColumn() : server.getConstraint();
  }
}
