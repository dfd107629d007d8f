package dev.runway.retraintrigger.known;

import dev.runway.flink.ModelDirectory;
import dev.runway.model.Topic;
import java.io.Serializable;
import java.util.Set;

/** Fills what is {@link Known} inside an operator. */
public interface KnownFeed extends AutoCloseable {

  /**
   * Makes known all that was written before a time, and nothing that was written later, save what
   * was there when this was opened: a job that starts knows the world as it is.
   */
  void upTo(long appendedMillis);

  @Override
  void close();

  /** Opens a feed inside an operator; travels with the job's graph. */
  interface Factory extends Serializable {

    /**
     * Opens a feed: all that its topics hold is known, and {@link Known#complete}.
     *
     * @param refused takes records that break the contract
     */
    KnownFeed open(Known known, Set<Topic> topics, ModelDirectory.Refused refused);
  }
}
