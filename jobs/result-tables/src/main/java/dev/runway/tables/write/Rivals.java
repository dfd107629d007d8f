package dev.runway.tables.write;

import java.util.List;

/**
 * The rows of one key that wait for the same statement. One goes into it; the others are what is
 * left if the database refuses that one.
 *
 * @param rows the newest first; of two that are equally new, the last that came
 */
record Rivals(List<TableRow> rows) {

  TableRow newest() {
    return rows.get(0);
  }

  /** How many are superfluous once the newest is in. */
  int older() {
    return rows.size() - 1;
  }

  Rivals withoutNewest() {
    return new Rivals(rows.subList(1, rows.size()));
  }
}
