package dev.runway.tables.write;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as the job writes it.
 *
 * @param name without schema
 * @param keyColumns how many of the columns, counted from the first, are the primary key
 * @param revisionColumn name of the column whose higher value wins; null when a key's row never
 *     changes, so that the first one stays
 */
public record Table(
    String name, List<Column> columns, int keyColumns, @Nullable String revisionColumn)
    implements Serializable {

  public Table {
    columns = new ArrayList<>(columns); // A list that Java serialization knows.
    if (keyColumns < 1 || keyColumns > columns.size()) {
      throw new IllegalArgumentException(name + " needs a key out of its columns");
    }
    if (revisionColumn != null && indexOf(columns, revisionColumn) < keyColumns) {
      throw new IllegalArgumentException(revisionColumn + " is no column beside the key");
    }
  }

  /** Where the revision is in a row; -1 when there is none. */
  int revisionIndex() {
    return revisionColumn == null ? -1 : indexOf(columns, revisionColumn);
  }

  /**
   * The statement that brings any number of rows in, as one array a column: one round trip, one
   * plan, and no limit by the number of parameters. What is newer in the table stays, whoever is
   * late: a repeated batch, a replay, a subtask that was believed dead. Without revisions any
   * conflict means that the row is there: the database may know it by a digest of the key.
   */
  String upsert(String schema) {
    return """
        INSERT INTO %s.%s AS kept (%s)
        SELECT %s FROM unnest(%s) AS row (%s)
        ON CONFLICT %s"""
        .formatted(schema, name, names(), names(), arrays(), names(), whenKnown());
  }

  private String whenKnown() {
    if (revisionColumn == null) {
      return "DO NOTHING";
    }
    String assignments =
        columns.stream()
            .skip(keyColumns)
            .map(column -> column.name() + " = excluded." + column.name())
            .collect(Collectors.joining(", "));
    return "(%s) DO UPDATE SET %s WHERE excluded.%s > kept.%s"
        .formatted(key(), assignments, revisionColumn, revisionColumn);
  }

  private String names() {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }

  private String key() {
    return columns.stream().limit(keyColumns).map(Column::name).collect(Collectors.joining(", "));
  }

  private String arrays() {
    return columns.stream()
        .map(column -> "?::" + column.kind().sqlName() + "[]")
        .collect(Collectors.joining(", "));
  }

  private static int indexOf(List<Column> columns, String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
