package dev.runway.flink;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model documents in force, looked up by the operator that admits events. Not thread-safe. */
public interface ModelDirectory extends AutoCloseable {

  /**
   * The newest document of a model.
   *
   * @param asOfMillis Kafka time of the event that asks: documents written before it are seen
   * @return null when there is none
   */
  @Nullable ModelDocument find(String modelId, long asOfMillis);

  /**
   * The highest sample rate in force at a time or within the label horizon before it: an outcome of
   * that time may belong to a prediction that was let through at that rate.
   *
   * @param model what {@link #find} answered
   * @param asOfMillis Kafka time of the outcome
   */
  double rateOfOpenPredictions(ModelDocument model, long asOfMillis);

  @Override
  void close();

  /** Opens a directory inside an operator; travels with the job's graph. */
  @FunctionalInterface
  interface Factory extends Serializable {

    /**
     * Opens a directory that holds every document written so far.
     *
     * @param refused takes documents that break the contract, from the thread that opens or asks.
     *     An operator that cannot emit yet keeps them until its first event. Every subtask meets
     *     them again after each restart; their dead letters have the same ids.
     */
    ModelDirectory open(Refused refused);
  }

  /** Takes a document that was refused. */
  @FunctionalInterface
  interface Refused {
    void take(DeadLetter letter);
  }

  /**
   * Looks at what only one job can judge of a document, such as the expressions that it evaluates.
   */
  @FunctionalInterface
  interface Objection extends Serializable {
    /** Judges nothing more. */
    Objection NONE = document -> {};

    /**
     * Objects to a part of a document. The document holds all the same, for other jobs have taken
     * it; the part does not.
     *
     * @throws MalformedEvent with the part at fault; it becomes a dead letter
     */
    void raise(ModelDocument document) throws MalformedEvent;
  }

  /** A directory that never changes: for tests, and for runs without a models topic. */
  static Factory fixed(ModelDocument... documents) {
    return FixedModels.of(List.of(documents));
  }
}
