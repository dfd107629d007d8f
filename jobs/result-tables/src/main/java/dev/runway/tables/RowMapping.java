package dev.runway.tables;

import dev.runway.tables.write.Table;
import dev.runway.tables.write.TableRow;
import java.io.Serializable;
import java.util.List;

/**
 * Makes rows of one table out of events; depends on nothing else, so that a replay gives the same.
 */
interface RowMapping<E> extends Serializable {
  Table table();

  List<TableRow> rows(Sourced<E> event);
}
