package dev.runway.tables.write;

/**
 * What happened to a writer's rows; one fate each: {@code received = written + outdated + replaced
 * + refused + waiting}. Each field has one writer and is read by the metrics reporter.
 */
public interface WriterCounts {
  /** Rows that came. */
  void received();

  /** Rows that are in the table now, or were. */
  void written(int rows);

  /** Rows that were not newer than the table's. */
  void outdated(int rows);

  /** Rows that a newer one of the same key in the buffer made superfluous. */
  void replaced(int rows);

  /** Rows that became dead letters. */
  void refused();

  /** Statements that were tried again. */
  void retried();

  /** Buffers that were written out. */
  void flushed();

  /** Rows that the database dropped because they were old; they have had their fate before. */
  void pruned(int rows);

  /** Days, hours or commands that were rolled up anew; they are no rows. */
  void rolledUp(int made);
}
