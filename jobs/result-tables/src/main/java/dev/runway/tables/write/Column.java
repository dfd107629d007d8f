package dev.runway.tables.write;

import java.io.Serializable;

/** One column of a {@link Table}. */
public record Column(String name, Kind kind) implements Serializable {

  /** What a column holds, and how its values look in a {@link TableRow}. */
  public enum Kind {
    /** A {@code String} without U+0000 and unpaired surrogates. */
    TEXT("text"),
    /** A {@code Long}. */
    BIGINT("int8"),
    /** An {@code Integer}. */
    INTEGER("int4"),
    /** A finite {@code Double}. */
    DOUBLE("float8"),
    /** A {@code Boolean}. */
    BOOLEAN("bool"),
    /** A {@code Long}: epoch milliseconds of the years 1 to 9999. */
    INSTANT("timestamptz"),
    /** A {@code byte[]}. */
    BYTES("bytea");

    private final String sqlName;

    Kind(String sqlName) {
      this.sqlName = sqlName;
    }

    String sqlName() {
      return sqlName;
    }
  }
}
