package dev.runway.embedding.state;

import org.jspecify.annotations.Nullable;

/**
 * An item in one version of its space.
 *
 * @param hash of the item, see {@link dev.runway.drift.embedding.ItemHash}
 */
public record ItemKey(String version, long hash) {
  // A key of state: the same in every release of Java, which that of a record need not be.
  @Override
  public int hashCode() {
    return 31 * version.hashCode() + Long.hashCode(hash);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ItemKey that && hash == that.hash && version.equals(that.version);
  }
}
