package dev.runway.tables.write;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one batch that the database refused, until it is clear whose fault that is: a table
 * that is not this release's refuses good rows as if they were bad.
 */
final class Refusals {

  /**
   * So many events whose rows are refused alike, and not one that is taken, are no accident. Below
   * it they are dead letters: a few bad events must never hold up the good ones behind them.
   */
  static final int EVENTS_OF_A_WRONG_TABLE = 20;

  private static final Set<String> NOT_NULL_OR_CHECK = Set.of("23502", "23514");

  /** One of them. */
  record Refusal(TableRow row, SQLException fault) {}

  private final Table table;
  private final List<Refusal> refusals = new ArrayList<>();
  private boolean someTaken;

  Refusals(Table table) {
    this.table = table;
  }

  void add(TableRow row, SQLException fault) {
    refusals.add(new Refusal(row, fault));
  }

  /** The database took other rows of the batch. */
  void someWereTaken() {
    someTaken = true;
  }

  List<Refusal> all() {
    return refusals;
  }

  /** What is wrong with the table, if it is the table; null if it is the rows. */
  @Nullable SQLException faultOfTable() {
    if (someTaken || refusals.isEmpty()) {
      return null;
    }
    SQLException first = refusals.get(0).fault();
    if (asksForWhatNobodyWrites(first) || (areAllAlike(first) && comeFromManyEvents())) {
      return new SQLException(
          "all %d rows are refused alike, is the schema that of this release? %s"
              .formatted(refusals.size(), SqlFaults.message(first)),
          SqlFaults.state(first),
          first);
    }
    return null;
  }

  /**
   * A column without default that the job does not know is no fault of a row, be it a single one.
   */
  private boolean asksForWhatNobodyWrites(SQLException fault) {
    String column = SqlFaults.named(fault);
    return SqlFaults.state(fault).equals("23502") && column != null && !table.has(column);
  }

  private boolean areAllAlike(SQLException first) {
    String state = SqlFaults.state(first);
    String named = String.valueOf(SqlFaults.named(first));
    return NOT_NULL_OR_CHECK.contains(state)
        && refusals.stream()
            .map(Refusal::fault)
            .allMatch(
                fault ->
                    SqlFaults.state(fault).equals(state)
                        && String.valueOf(SqlFaults.named(fault)).equals(named));
  }

  private boolean comeFromManyEvents() {
    return refusals.stream()
            .map(refusal -> refusal.row().origin())
            .collect(Collectors.toSet())
            .size()
        >= EVENTS_OF_A_WRONG_TABLE;
  }
}
