package dev.runway.profile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows that were left out: how many, and the first few with place and reason. */
final class BadRows {
  /** Rows that are told one by one. */
  static final int SHOWN = 10;

  private final long allowed;
  private final List<String> first = new ArrayList<>();
  private long count;

  /**
   * @param allowed more than these end the work
   */
  BadRows(long allowed) {
    this.allowed = allowed;
  }

  /**
   * Notes one.
   *
   * @throws IOException if they are too many
   */
  void add(String place, String reason) throws IOException {
    count++;
    if (first.size() < SHOWN) {
      first.add(place + ": " + reason);
    }
    if (count > allowed) {
      throw new IOException(
          "more than %,d bad rows (--max-bad-rows); the first ones:\n  %s"
              .formatted(allowed, String.join("\n  ", first)));
    }
  }

  long count() {
    return count;
  }

  List<String> first() {
    return List.copyOf(first);
  }
}
