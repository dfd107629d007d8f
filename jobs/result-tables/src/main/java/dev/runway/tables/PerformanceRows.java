package dev.runway.tables;

import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReading.Metric;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/**
 * Table {@code performance} of a view: one row for each metric of a reading, undefined values as
 * NULL.
 */
final class PerformanceRows implements RowMapping<PerformanceReading> {
  private static final List<Column> COLUMNS =
      WindowColumns.and(
          new Column("metric", Kind.TEXT),
          new Column("estimated", Kind.BOOLEAN), // Stands beside what is measured.
          new Column("value", Kind.DOUBLE),
          new Column("low", Kind.DOUBLE),
          new Column("high", Kind.DOUBLE),
          new Column("se", Kind.DOUBLE),
          new Column("bound_low", Kind.DOUBLE),
          new Column("bound_high", Kind.DOUBLE),
          new Column("samples", Kind.BIGINT),
          new Column("effective_samples", Kind.DOUBLE),
          new Column("maturity", Kind.TEXT),
          new Column(WindowColumns.REVISION, Kind.BIGINT),
          new Column(WindowColumns.COMPUTED_AT, Kind.INSTANT));

  private final Table table;

  PerformanceRows(ReadingView view) {
    String name = view.table("performance");
    table =
        new Table(
            name,
            COLUMNS,
            WindowColumns.COUNT + 2,
            view.newerBy(),
            "drop_old_" + name,
            view.rollUps("roll_up_performance", "roll_up_verdicts"));
  }

  @Override
  public Table table() {
    return table;
  }

  @Override
  public List<TableRow> rows(Sourced<PerformanceReading> event) {
    return event.event().metrics().stream().map(metric -> row(event, metric)).toList();
  }

  private static TableRow row(Sourced<PerformanceReading> event, Metric metric) {
    PerformanceReading reading = event.event();
    return new TableRow(
        event.origin(),
        WindowColumns.values(
            reading,
            metric.name(),
            reading.estimated(),
            metric.value(),
            metric.low(),
            metric.high(),
            metric.standardError(),
            metric.boundLow(),
            metric.boundHigh(),
            metric.samples(),
            metric.effectiveSamples(),
            reading.maturity().name(),
            reading.revision(),
            event.origin().recordedAtMillis()));
  }
}
