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

  /** Adds an element to its key's sum. */
  void add(A sum, I element);

  /** Hands on a sum that has at least one element. It is not added to any more. */
  void emit(K key, A sum, Collector<O> out);
}
