package dev.runway.tables.write;

import java.util.HashMap;
import java.util.Map;

/** Counts that a test looks at. */
final class Tally implements WriterCounts {
  private final Map<String, Integer> counts = new HashMap<>();

  int of(String fate) {
    return counts.getOrDefault(fate, 0);
  }

  private void add(String fate, int rows) {
    counts.merge(fate, rows, Integer::sum);
  }

  @Override
  public void received() {
    add("received", 1);
  }

  @Override
  public void written(int rows) {
    add("written", rows);
  }

  @Override
  public void outdated(int rows) {
    add("outdated", rows);
  }

  @Override
  public void replaced(int rows) {
    add("replaced", rows);
  }

  @Override
  public void refused() {
    add("refused", 1);
  }

  @Override
  public void retried() {
    add("retried", 1);
  }

  @Override
  public void flushed() {
    add("flushed", 1);
  }

  @Override
  public void rolledUp(int made) {
    add("rolledUp", made);
  }

  @Override
  public void pruned(int rows) {
    add("pruned", rows);
  }
}
