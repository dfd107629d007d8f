package dev.runway.stack.batch;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The table of batch runs that have ended well, of one namespace's schema. */
final class MasterRuns {
  private static final String ALL =
      """
      SELECT first_day, last_day, started_at, covered_through, late_through, left_until
      FROM master_runs
      ORDER BY started_at
      """;

  private static final String ADD =
      """
      INSERT INTO master_runs (first_day, last_day, started_at, ended_at, covered_through, windows,
          not_covered, too_long, compared_rows, differences, late_through, left_until)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String LOOKED =
      """
      UPDATE master_runs SET looked_at = ?
      WHERE started_at = (SELECT max(started_at) FROM master_runs)
      """;

  private static final String DROP_OLD = "SELECT drop_old_master_runs()";

  private final Connection connection;

  /**
   * @param connection whose schema is the namespace's, with the rights of the API
   */
  MasterRuns(Connection connection) {
    this.connection = connection;
  }

  List<MasterRun> all() throws SQLException {
    List<MasterRun> runs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ALL)) {
      while (row.next()) {
        OffsetDateTime left = row.getObject("left_until", OffsetDateTime.class);
        runs.add(
            new MasterRun(
                new BatchDays(
                    row.getObject("first_day", LocalDate.class),
                    row.getObject("last_day", LocalDate.class)),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getObject("covered_through", OffsetDateTime.class).toInstant(),
                new LateOffsets(List.of((Long[]) row.getArray("late_through").getArray())),
                left == null ? null : left.toInstant()));
      }
    }
    return runs;
  }

  /** Adds one, and drops those that are more than a year old. */
  void add(MasterRun run, Instant endedAt, MasterRun.Found found) throws SQLException {
    Array late = connection.createArrayOf("bigint", run.late().offsets().toArray());
    try (PreparedStatement insert = connection.prepareStatement(ADD);
        Statement drop = connection.createStatement()) {
      int column = 0;
      insert.setObject(++column, run.days().first());
      insert.setObject(++column, run.days().last());
      insert.setObject(++column, run.startedAt().atOffset(ZoneOffset.UTC));
      insert.setObject(++column, endedAt.atOffset(ZoneOffset.UTC));
      insert.setObject(++column, run.coveredThrough().atOffset(ZoneOffset.UTC));
      insert.setLong(++column, found.windows());
      insert.setLong(++column, found.leftOut().notCovered());
      insert.setLong(++column, found.leftOut().tooLong());
      insert.setLong(++column, found.comparedRows());
      insert.setLong(++column, found.differences());
      insert.setArray(++column, late);
      Instant left = found.leftOut().until();
      insert.setObject(++column, left == null ? null : left.atOffset(ZoneOffset.UTC));
      insert.executeUpdate();
      drop.execute(DROP_OLD);
    } finally {
      late.free();
    }
  }

  /** Says that no day was due, if there has been a run. */
  void looked(Instant at) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(LOOKED)) {
      update.setObject(1, at.atOffset(ZoneOffset.UTC));
      update.executeUpdate();
    }
  }
}
