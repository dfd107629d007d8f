package dev.runway.tables;

import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReading.Coverage;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/** Table {@code label_coverage} of a view: one row for each reading. */
final class LabelCoverageRows implements RowMapping<PerformanceReading> {
  private static final List<Column> COLUMNS =
      WindowColumns.and(
          new Column("received", Kind.BIGINT),
          new Column("predictions", Kind.BIGINT),
          new Column("joined", Kind.BIGINT),
          new Column("waiting", Kind.BIGINT),
          new Column("unlabelled", Kind.BIGINT),
          new Column("duplicates", Kind.BIGINT),
          new Column("conflicts", Kind.BIGINT),
          new Column("matured", Kind.BIGINT),
          new Column("matched_matured", Kind.BIGINT),
          new Column("coverage", Kind.DOUBLE),
          new Column("coverage_so_far", Kind.DOUBLE),
          new Column("expected_coverage", Kind.DOUBLE),
          new Column("maturity", Kind.TEXT),
          new Column(WindowColumns.REVISION, Kind.BIGINT),
          new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT));

  private final Table table;

  LabelCoverageRows(ReadingView view) {
    String name = view.table("label_coverage");
    table =
        new Table(
            name,
            COLUMNS,
            WindowColumns.COUNT,
            view.newerBy(),
            "drop_old_" + name,
            view.rollUps("roll_up_coverage"));
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public List<TableRow> rows(Sourced<PerformanceReading> event) {
    PerformanceReading reading = event.event();
    Coverage coverage = reading.coverage();
    return List.of(
        new TableRow(
            event.origin(),
            WindowColumns.values(
                reading,
                coverage.received(),
                coverage.predictions(),
                coverage.joined(),
                coverage.waiting(),
                coverage.unlabelled(),
                coverage.duplicates(),
                coverage.conflicts(),
                coverage.matured(),
                coverage.maturedJoined(),
                coverage.coverage(),
                coverage.coverageSoFar(),
                coverage.expectedCoverage(),
                reading.maturity().name(),
                reading.revision(),
                event.origin().recordedAtMillis())));
  }
}
