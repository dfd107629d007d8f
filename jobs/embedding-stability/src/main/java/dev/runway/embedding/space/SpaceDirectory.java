package dev.runway.embedding.space;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.EmbeddingSpace;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The documents in force, looked up by the operators that admit and compare. Not thread-safe. */
public interface SpaceDirectory extends AutoCloseable {

  /** The newest document of a space that is known, which may be half a second old. */
  @Nullable EmbeddingSpace find(String spaceId);

  /**
   * Same for an embedding that names a version: a document that was written before it, and lists
   * the version, is seen.
   *
   * @param asOfMillis Kafka time of the embedding
   */
  @Nullable EmbeddingSpace find(String spaceId, String version, long asOfMillis);

  @Override
  void close();

  /** Opens a directory inside an operator; travels with the job's graph. */
  @FunctionalInterface
  interface Factory extends Serializable {

    /**
     * Opens a directory that holds every document written so far.
     *
     * @param refused takes documents that break the contract; the one before stays in force
     */
    SpaceDirectory open(ModelDirectory.Refused refused);
  }
}
