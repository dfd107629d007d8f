package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A piece of mergeable state, with equals and hashCode over its content.
 *
 * @param <P> the class itself
 */
interface Part<P extends Part<P>> {

  /** Adds the other part (sign 1), or takes it back (sign -1). */
  void merge(P other, int sign);

  boolean isEmpty();

  /** Equal content gives equal bytes. */
  void write(DataOutput out) throws IOException;

  /** Reads what {@link #write} wrote into a part that is still empty. */
  void readFrom(DataInput in) throws IOException;
}
