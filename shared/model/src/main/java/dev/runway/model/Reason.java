package dev.runway.model;

/** Why an event was refused. The names are part of the dead-letter contract: never renamed. */
public enum Reason {
  /** No bytes, or a null value where an event is due. */
  EMPTY,
  /** More bytes than {@link Limits#MAX_EVENT_BYTES}, or than the event's own limit. */
  TOO_LARGE,
  /** Not JSON, or not UTF-8, or broken off. */
  NOT_JSON,
  /** JSON, but not one object. */
  NOT_AN_OBJECT,
  /** Nested deeper, a text longer, or a number longer than {@link Limits} allows. */
  OVER_LIMIT,
  /** The same field twice in one object. */
  DUPLICATE_FIELD,
  /** Something after the end of the object. */
  TRAILING_DATA,
  /** A field that must be there is not. */
  MISSING_FIELD,
  /** A field of another JSON type than the contract says. */
  WRONG_TYPE,
  /** A number, text or enum constant outside what the field may hold. */
  BAD_VALUE,
  /** Event time more than ten minutes ahead. */
  FUTURE,
  /** Event time before the oldest that is accepted. */
  ANCIENT,
  /** The Kafka key is not the event's own id, so sampling and joining would disagree. */
  KEY_MISMATCH,
  /** No document of this model on the models topic. */
  UNKNOWN_MODEL,
  /** No document of this embedding space on the spaces topic. */
  UNKNOWN_SPACE,
  /** The model's document, or the space's, does not list this version. */
  UNKNOWN_VERSION,
  /** The event does not fit the model's task, for example a text label for a regression. */
  DOES_NOT_FIT_MODEL,
  /** Same id as another event but different content; the other one counts. */
  CONFLICT,
  /** A prediction that arrived after its label horizon had passed. */
  LATE_PREDICTION,
  /** More outcomes for one prediction than {@link Limits#MAX_OUTCOMES}. */
  TOO_MANY_OUTCOMES,
  /** A row that the database refuses. */
  REFUSED_BY_DATABASE,
  /** Not Avro of the schema that the record's header names, or broken off. */
  NOT_AVRO,
  /** The record's headers name an encoding, or a list of features, that nobody knows. */
  UNKNOWN_SCHEMA
}
