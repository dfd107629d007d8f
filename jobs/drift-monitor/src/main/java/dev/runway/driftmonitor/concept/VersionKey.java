package dev.runway.driftmonitor.concept;

import org.jspecify.annotations.Nullable;

/** A model version: what truths and scores are kept under. */
public record VersionKey(String modelId, String version) {

  // A key of state: its hash decides where it is kept, so it must be the same in every release of
  // Java, which that of a record need not be.
  @Override
  public int hashCode() {
    return 31 * modelId.hashCode() + version.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionKey that
        && modelId.equals(that.modelId)
        && version.equals(that.version);
  }
}
