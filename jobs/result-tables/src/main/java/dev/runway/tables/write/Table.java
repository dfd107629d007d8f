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
 * @param newerBy names of the columns that tell, compared in this order, which of two rows of a key
 *     is newer and stays; empty when a key's row never changes, so that the first one stays
 * @param pruning name of the database's function that drops what is old; null when rows stay
 * @param rollUps names of the database's functions that make anew what is rolled up of its rows, so
 *     many at a time
 */
public record Table(
    String name,
    List<Column> columns,
    int keyColumns,
    List<String> newerBy,
    @Nullable String pruning,
    List<String> rollUps)
    implements Serializable {

  public Table {
    columns = new ArrayList<>(columns); // A list that Java serialization knows.
    newerBy = new ArrayList<>(newerBy);
    rollUps = new ArrayList<>(rollUps);
    if (keyColumns < 1 || keyColumns > columns.size()) {
      throw new IllegalArgumentException(name + " needs a key out of its columns");
    }
    for (String column : newerBy) {
      if (indexOf(columns, column) < keyColumns) {
        throw new IllegalArgumentException(column + " is no column beside the key");
      }
    }
  }

  /** A table whose rows stay. */
  public Table(String name, List<Column> columns, int keyColumns, List<String> newerBy) {
    this(name, columns, keyColumns, newerBy, null);
  }

  /** A table of which nothing is rolled up. */
  public Table(
      String name,
      List<Column> columns,
      int keyColumns,
      List<String> newerBy,
      @Nullable String pruning) {
    this(name, columns, keyColumns, newerBy, pruning, List.of());
  }

  /** Where the columns of {@link #newerBy} are in a row. */
  int[] newerByIndexes() {
    return newerBy.stream().mapToInt(column -> indexOf(columns, column)).toArray();
  }

  /**
   * The statement that brings any number of rows in, as one array a column: one round trip, one
   * plan, and no limit by the number of parameters. What is newer in the table stays, whoever is
   * late: a repeated batch, a replay, a subtask that was believed dead. Of equally new rows the one
   * that comes later is taken: they come in the order of their topic, and a replay ends with the
   * same one. Only a subtask that was believed dead may still bring the older of two of these.
   * Where rows never change any conflict means that the row is there: the database may know it by a
   * digest of the key.
   */
  String upsert(String schema) {
    return """
    INSERT INTO %s.%s AS kept (%s)
    SELECT %s FROM unnest(%s) AS row (%s)
    ON CONFLICT %s\
    """
        .formatted(schema, name, names(), names(), arrays(), names(), whenKnown());
  }

  private String whenKnown() {
    if (newerBy.isEmpty()) {
      return "DO NOTHING";
    }
    String assignments =
        columns.stream()
            .skip(keyColumns)
            .map(column -> column.name() + " = excluded." + column.name())
            .collect(Collectors.joining(", "));
    return "(%s) DO UPDATE SET %s WHERE (%s) >= (%s)"
        .formatted(key(), assignments, newness("excluded"), newness("kept"));
  }

  private String newness(String row) {
    return newerBy.stream().map(column -> row + "." + column).collect(Collectors.joining(", "));
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

  boolean has(String column) {
    return indexOf(columns, column) >= 0;
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
