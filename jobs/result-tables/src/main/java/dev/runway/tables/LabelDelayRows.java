package dev.runway.tables;

import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReading.Delay;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/** Table {@code label_delay} of a view: one row for each reading. */
final class LabelDelayRows implements RowMapping<PerformanceReading> {
  private static final List<Column> COLUMNS =
      WindowColumns.and(
          new Column("labels", Kind.BIGINT),
          new Column("mean_millis", Kind.DOUBLE),
          new Column("p50_millis", Kind.DOUBLE),
          new Column("p95_millis", Kind.DOUBLE),
          new Column("p99_millis", Kind.DOUBLE),
          new Column("relative_error", Kind.DOUBLE),
          new Column("censored", Kind.BIGINT),
          new Column("maturity", Kind.TEXT),
          new Column(WindowColumns.REVISION, Kind.BIGINT),
          new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT));

  private final Table table;

  LabelDelayRows(ReadingView view) {
    String name = view.table("label_delay");
    table = new Table(name, COLUMNS, WindowColumns.COUNT, view.newerBy(), "drop_old_" + name);
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public List<TableRow> rows(Sourced<PerformanceReading> event) {
    PerformanceReading reading = event.event();
    Delay delay = reading.delay();
    return List.of(
        new TableRow(
            event.origin(),
            WindowColumns.values(
                reading,
                delay.labels(),
                delay.meanMillis(),
                delay.p50Millis(),
                delay.p95Millis(),
                delay.p99Millis(),
                delay.relativeError(),
                delay.censored(),
                reading.maturity().name(),
                reading.revision(),
                event.origin().recordedAtMillis())));
  }
}
