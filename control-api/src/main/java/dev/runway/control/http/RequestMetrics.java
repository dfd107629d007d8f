package dev.runway.control.http;

import org.jspecify.annotations.Nullable;

/** Counts requests. */
@FunctionalInterface
public interface RequestMetrics {
  /**
   * A request was answered.
   *
   * @param operation null for one that is none of the contract's
   */
  void answered(@Nullable Operation operation, int status, long nanos);
}
