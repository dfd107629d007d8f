package dev.runway.tables.write;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait for the next statement, together with others of their keys: a statement with two
 * rows of one key is refused by PostgreSQL.
 */
final class RowBuffer {
  private final Table table;
  private final int[] newerBy;
  private final Map<List<@Nullable Object>, List<TableRow>> rows = new HashMap<>();
  private int size;
  private long bytes;

  RowBuffer(Table table) {
    this.table = table;
    this.newerBy = table.newerByIndexes();
  }

  void add(TableRow row) {
    List<TableRow> rivals = rows.computeIfAbsent(row.key(table), key -> new ArrayList<>(1));
    int place = 0;
    while (place < rivals.size() && isOlder(row, rivals.get(place))) {
      place++;
    }
    rivals.add(place, row);
    size++;
    bytes += row.bytes();
  }

  /** All rows, also those that a newer one of their key makes superfluous. */
  int size() {
    return size;
  }

  /** About how many bytes all of them are in a statement. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Takes all rows out, in the order of their keys: writers of the same rows then lock them in one
   * order, and do not wait for each other in a circle.
   */
  List<Rivals> drain() {
    List<Rivals> drained =
        rows.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(RowBuffer::compareKeys))
            .map(entry -> new Rivals(entry.getValue()))
            .toList();
    rows.clear();
    size = 0;
    bytes = 0;
    return drained;
  }

  private boolean isOlder(TableRow row, TableRow other) {
    for (int column : newerBy) {
      int order = compare(row.values()[column], other.values()[column]);
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }

  private static int compareKeys(List<@Nullable Object> a, List<@Nullable Object> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @SuppressWarnings("unchecked") // Keys, revisions and times are comparable by their kinds.
  private static int compare(@Nullable Object a, @Nullable Object b) {
    return a == null || b == null ? 0 : ((Comparable<Object>) a).compareTo(b);
  }
}
