package dev.runway.groundtruth;

import java.util.Locale;

/** Which of its two views a run of the job makes. */
enum Mode {
  /** The fast view, from the topics, without end. */
  STREAM,
  /** The accurate view of some days, from the archive. */
  BATCH;

  /** As it is given. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
