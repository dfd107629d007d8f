package dev.runway.stack.erasure;

/**
 * What was found of a subject in one place that can be searched.
 *
 * @param name such as {@code archive/predictions}
 * @param found rows that hold it, before anything was deleted
 * @param gone rows that are deleted, or hold it no more
 */
record Place(String name, long found, long gone) {

  /** Rows that still hold it. */
  long left() {
    return found - gone;
  }
}
