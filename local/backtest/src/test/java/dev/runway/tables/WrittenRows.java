package dev.runway.tables;

import dev.runway.model.Decision;
import dev.runway.model.DriftReading;
import dev.runway.model.PerformanceReading;
import dev.runway.tables.write.Origin;
import dev.runway.tables.write.PostgresAccess;
import dev.runway.tables.write.PostgresStore;
import dev.runway.tables.write.TableRow;
import java.util.ArrayList;
import java.util.List;

/** Rows as the job result-tables writes them: by its own mappings, statements and role. */
public final class WrittenRows {
  private final PostgresAccess access;
  private final Origin origin;

  public WrittenRows(PostgresAccess access, long recordedAtMillis) {
    this.access = access;
    this.origin = new Origin("test", 0, 0, recordedAtMillis);
  }

  public void drift(List<DriftReading> readings) throws Exception {
    write(new DriftRows(), readings);
  }

  public void performance(List<PerformanceReading> readings) throws Exception {
    write(new PerformanceRows(ReadingView.SPEED), readings);
    write(new LabelCoverageRows(ReadingView.SPEED), readings);
  }

  public void decisions(List<Decision> decisions) throws Exception {
    write(new DecisionRows(), decisions);
  }

  private <E> void write(RowMapping<E> mapping, List<E> events) throws Exception {
    List<TableRow> rows = new ArrayList<>();
    for (E event : events) {
      rows.addAll(mapping.rows(new Sourced<>(origin, event)));
    }
    try (PostgresStore store = new PostgresStore(mapping.table(), access)) {
      store.upsert(rows);
    }
  }
}
