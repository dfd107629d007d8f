package dev.runway.tables.write;

import dev.runway.tables.write.Column.Kind;
import java.util.List;

/** A table with revisions, one without, one that is rolled up, and their rows. */
final class Samples {
  static final Table COUNTS =
      new Table(
          "counts",
          List.of(
              new Column("name", Kind.TEXT),
              new Column("hour", Kind.INSTANT),
              new Column("ratio", Kind.DOUBLE),
              new Column("revision", Kind.BIGINT)),
          2,
          List.of("revision"));

  static final Table NOTES =
      new Table(
          "notes",
          List.of(new Column("name", Kind.TEXT), new Column("bytes", Kind.BYTES)),
          2,
          List.of(),
          "drop_old_notes");

  static final Table DAYS =
      new Table("days", COUNTS.columns(), 2, List.of("revision"), null, List.of("roll_up_days"));

  static final Origin ORIGIN = new Origin("topic", 1, 2, 3);

  private Samples() {}

  static TableRow count(String name, long revision) {
    return count(name, 0, 0.5, revision);
  }

  static TableRow count(String name, long hour, Double ratio, long revision) {
    return TableRow.of(ORIGIN, name, hour, ratio, revision);
  }

  static TableRow count(String name, Origin origin) {
    return TableRow.of(origin, name, 0L, 0.5, 1L);
  }

  static TableRow note(String name, int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return TableRow.of(ORIGIN, name, content);
  }
}
