package dev.runway.flink;

import java.io.Serializable;
import org.apache.flink.util.Collector;

/**
 * Adds elements up per key before they are shuffled. What it makes must be mergeable in any order
 * and grouping, for how elements are bundled depends on load.
 *
 * @param <K> key with equals and hashCode
 * @param <A> mutable sum of one key; keeps no reference to an element, whose object is reused
 */
public interface BundleFunction<I, K, A, O> extends Serializable {

  /** The key of an element. Does not keep the element. */
  K key(I element);

  /** An empty sum. */
  A create(K key);

  /**
   * Memory that a sum takes from its beginning, in bytes. Asked once for each sum; 0 where the
   * number of sums says enough.
   */
  default long bytes(K key) {
    return 0;
  }

  /**
   * Adds an element to its key's sum.
   *
   * @return by how many bytes the sum grew beyond what {@link #bytes} said; mostly 0
   */
  long add(A sum, I element);

  /** Hands on a sum that has at least one element. It is not added to any more. */
  void emit(K key, A sum, Collector<O> out);
}
