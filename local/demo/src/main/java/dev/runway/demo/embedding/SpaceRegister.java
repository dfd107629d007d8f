package dev.runway.demo.embedding;

import dev.runway.model.EmbeddingSpace;
import java.io.IOException;

/** Where the document of a space is written, on its way to the spaces topic. */
interface SpaceRegister {

  /**
   * Writes a document, over the one before.
   *
   * @return the revision that it has now
   */
  long write(EmbeddingSpace document) throws IOException, InterruptedException;

  /** Withdraws the document of a space; fine when there is none. */
  void end(String spaceId) throws IOException, InterruptedException;
}
