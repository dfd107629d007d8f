package dev.runway.groundtruth.archive;

import java.io.Serializable;
import java.time.LocalDate;

/**
 * Whole UTC days.
 *
 * @param first in days since 1970
 * @param last in days since 1970; itself included
 */
public record Days(long first, long last) implements Serializable {

  public static Days of(LocalDate first, LocalDate last) {
    return new Days(first.toEpochDay(), last.toEpochDay());
  }

  /** The days that a span of time touches, both ends included. */
  public static Days touchedBy(long fromMillis, long throughMillis) {
    return new Days(ArchivePart.dayOf(fromMillis), ArchivePart.dayOf(throughMillis));
  }

  /** First millisecond. */
  public long fromMillis() {
    return ArchivePart.startOf(first);
  }

  /** Last millisecond. */
  public long throughMillis() {
    return ArchivePart.startOf(last + 1) - 1;
  }
}
