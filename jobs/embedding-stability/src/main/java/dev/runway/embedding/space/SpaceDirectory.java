package dev.runway.embedding.space;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Version;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The documents in force, looked up by the operators that admit and compare. Not thread-safe. */
public interface SpaceDirectory extends AutoCloseable {

  /** Dimensions of an item that left its version. */
  int ANY_DIMENSIONS = 0;

  /** Whether a document lists a version with such vectors. */
  static boolean lists(EmbeddingSpace space, Version version) {
    Version declared = space.find(version.version());
    return declared != null && fits(declared, version);
  }

  private static boolean fits(Version declared, Version version) {
    return version.dimensions() == ANY_DIMENSIONS || declared.dimensions() == version.dimensions();
  }

  /** The newest document of a space that is known, which may be half a second old. */
  @Nullable EmbeddingSpace find(String spaceId);

  /**
   * Same for an embedding of a version: a document that was written before it, and lists the
   * version with these dimensions, is seen.
   *
   * @param version with {@link #ANY_DIMENSIONS} where there is no vector
   * @param asOfMillis Kafka time of the embedding
   */
  @Nullable EmbeddingSpace find(String spaceId, Version version, long asOfMillis);

  /**
   * Whether a space has a document that cannot be read, and none in force: what is known of it must
   * wait for one that can.
   */
  boolean isUnreadable(String spaceId);

  /**
   * The document that an embedding fits.
   *
   * @param asOfMillis Kafka time of the embedding
   * @throws MalformedEvent if there is no such document
   */
  default EmbeddingSpace require(String spaceId, Version version, long asOfMillis)
      throws MalformedEvent {
    EmbeddingSpace space = find(spaceId, version, asOfMillis);
    if (space == null) {
      throw new MalformedEvent(Reason.UNKNOWN_SPACE, "space_id", "no document of " + spaceId);
    }
    Version declared = space.find(version.version());
    if (declared == null) {
      throw new MalformedEvent(
          Reason.UNKNOWN_VERSION,
          "embedding_version",
          version.version() + " is none of the space's versions");
    }
    if (!fits(declared, version)) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "vector",
          "%d dimensions, the space's document says %d of version %s"
              .formatted(version.dimensions(), declared.dimensions(), version.version()));
    }
    return space;
  }

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
