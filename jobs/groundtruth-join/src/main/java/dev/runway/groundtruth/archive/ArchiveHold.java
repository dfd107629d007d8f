package dev.runway.groundtruth.archive;

import java.io.IOException;

/** That nobody else merges or drops files of an archive meanwhile. */
interface ArchiveHold extends AutoCloseable {
  /** Where somebody else sees to it. */
  ArchiveHold NONE =
      new ArchiveHold() {
        @Override
        public void require() {}

        @Override
        public void close() {}
      };

  /**
   * To be called before each step: holds on, where that takes something.
   *
   * @throws IOException if it is not held any more
   */
  void require() throws IOException;

  @Override
  void close() throws IOException;
}
