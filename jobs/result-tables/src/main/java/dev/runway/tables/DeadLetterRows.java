package dev.runway.tables;

import dev.runway.model.DeadLetter;
import dev.runway.tables.write.Column;
import dev.runway.tables.write.Column.Kind;
import dev.runway.tables.write.RowChecks;
import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.util.List;

/**
 * Table {@code dead_letters}: one row for each refusal; what is there never changes, and has an
 * end.
 */
final class DeadLetterRows implements RowMapping<DeadLetter> {
  private static final Table TABLE =
      new Table(
          "dead_letters",
          List.of(
              new Column("source_topic", Kind.TEXT),
              new Column("source_partition", Kind.INTEGER),
              new Column("source_offset", Kind.BIGINT),
              new Column("reason", Kind.TEXT),
              // Events rebuilt from state, and rows of one reading, have no place of their own.
              new Column("event_bytes", Kind.BYTES),
              new Column("field", Kind.TEXT),
              new Column("detail", Kind.TEXT),
              new Column("cut", Kind.BOOLEAN),
              new Column("received_at", Kind.INSTANT)),
          5,
          List.of(),
          "drop_old_dead_letters");

  @Override
  public Table table() {
    return TABLE;
  }

  @Override
  public List<TableRow> rows(Sourced<DeadLetter> event) {
    DeadLetter letter = event.event();
    return List.of(
        TableRow.of(
            event.origin(),
            letter.topic(),
            letter.partition(),
            letter.offset(),
            letter.reason().name(),
            letter.bytes(),
            // These two may quote the refused event, and so what PostgreSQL cannot hold.
            RowChecks.storable(letter.field()),
            RowChecks.storable(letter.detail()),
            letter.size() > letter.bytes().length,
            letter.recordedAtMillis()));
  }
}
