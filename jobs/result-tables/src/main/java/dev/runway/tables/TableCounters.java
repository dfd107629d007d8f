package dev.runway.tables;

import dev.runway.tables.write.WriterCounts;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** The counters of one table's writer as Flink's metrics. */
final class TableCounters implements WriterCounts {
  private final Counter received;
  private final Counter written;
  private final Counter outdated;
  private final Counter replaced;
  private final Counter refused;
  private final Counter retried;
  private final Counter flushed;
  private final Counter pruned;
  private final Counter rolledUp;

  TableCounters(MetricGroup metrics) {
    received = metrics.counter("received");
    written = metrics.counter("written");
    outdated = metrics.counter("outdated");
    replaced = metrics.counter("replaced");
    refused = metrics.counter("refused");
    retried = metrics.counter("retried");
    flushed = metrics.counter("flushed");
    pruned = metrics.counter("pruned");
    rolledUp = metrics.counter("rolledUp");
  }

  @Override
  public void received() {
    received.inc();
  }

  @Override
  public void written(int rows) {
    written.inc(rows);
  }

  @Override
  public void outdated(int rows) {
    outdated.inc(rows);
  }

  @Override
  public void replaced(int rows) {
    replaced.inc(rows);
  }

  @Override
  public void refused() {
    refused.inc();
  }

  @Override
  public void retried() {
    retried.inc();
  }

  @Override
  public void flushed() {
    flushed.inc();
  }

  @Override
  public void pruned(int rows) {
    pruned.inc(rows);
  }

  @Override
  public void rolledUp(int made) {
    rolledUp.inc(made);
  }
}
