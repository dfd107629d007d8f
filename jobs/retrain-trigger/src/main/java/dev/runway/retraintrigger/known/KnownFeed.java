package dev.runway.retraintrigger.known;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.Topic;
import java.io.Serializable;
import java.util.Set;

/** Fills what is {@link Known} inside an operator. */
public interface KnownFeed extends AutoCloseable {

  /** {@link Factory#open} of a job that begins anew: it knows the world as it is. */
  long NOTHING = Long.MAX_VALUE;

  /** Makes known all that was written before a time, and nothing that was written later. */
  void upTo(long appendedMillis);

  /** All that was written before is known, and nothing else. */
  long knownToMillis();

  /**
   * Reads what was written since, without waiting for anything. It is held, and known by {@link
   * #upTo} alone, no sooner than without this.
   */
  void readOn();

  /**
   * How far a topic has been read, known or held: the offset behind its newest record; the sum of
   * them for a topic of several partitions. May be asked by any thread.
   */
  long readTo(Topic topic);

  /** How many records have been read and are held. May be asked by any thread. */
  int held();

  @Override
  void close();

  /** Opens a feed inside an operator; travels with the job's graph. */
  interface Factory extends Serializable {

    /**
     * Opens a feed: what its topics hold is known, and {@link Known#complete}.
     *
     * @param knownToMillis what was known when the state of the job was stored: what was written
     *     later waits for its tick, as it did then; {@link #NOTHING} for a job without state
     * @param refused takes records that break the contract
     */
    KnownFeed open(
        Known known, Set<Topic> topics, long knownToMillis, ModelDirectory.Refused refused);
  }
}
