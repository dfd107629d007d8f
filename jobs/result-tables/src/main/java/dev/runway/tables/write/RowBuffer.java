package dev.runway.tables.write;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows that wait for the next statement, one for each key: the newest revision, or the first where
 * the table has no revisions. A statement with two rows of one key is refused by PostgreSQL.
 */
final class RowBuffer {
  private final Table table;
  private final int revisionIndex;
  private final Map<List<@Nullable Object>, TableRow> rows = new HashMap<>();

  RowBuffer(Table table) {
    this.table = table;
    this.revisionIndex = table.revisionIndex();
  }

  /** Adds a row; false if another of its key makes it, or is made by it, superfluous. */
  boolean add(TableRow row) {
    List<@Nullable Object> key = row.key(table);
    TableRow known = rows.putIfAbsent(key, row);
    if (known == null) {
      return true;
    }
    if (revisionIndex >= 0 && revision(row) > revision(known)) {
      rows.put(key, row);
    }
    return false;
  }

  int size() {
    return rows.size();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Takes all rows out, in the order of their keys: writers of the same rows then lock them in one
   * order, and do not wait for each other in a circle.
   */
  List<TableRow> drain() {
    List<TableRow> drained =
        rows.entrySet().stream()
            .sorted(Map.Entry.comparingByKey(RowBuffer::compare))
            .map(Map.Entry::getValue)
            .toList();
    rows.clear();
    return drained;
  }

  private long revision(TableRow row) {
    Object revision = row.values()[revisionIndex];
    return revision == null ? Long.MIN_VALUE : (Long) revision;
  }

  @SuppressWarnings("unchecked") // Parts of a key are present, and comparable by their kinds.
  private static int compare(List<@Nullable Object> a, List<@Nullable Object> b) {
    for (int i = 0; i < a.size(); i++) {
      Comparable<Object> left = (Comparable<Object>) a.get(i);
      Object right = b.get(i);
      int order = left == null || right == null ? 0 : left.compareTo(right);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
