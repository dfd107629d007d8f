package dev.runway.driftmonitor.merge;

import org.jspecify.annotations.Nullable;

/**
 * A model version and the profile its predictions are counted for: what tiles are kept under.
 *
 * @param profileId {@link #NONE} for a version without baseline
 */
public record BaselineKey(String modelId, String version, String profileId) {
  /** No profile has an empty id. */
  public static final String NONE = "";

  // A key of state: its hash decides where it is kept, so it must be the same in every release of
  // Java, which that of a record need not be.
  @Override
  public int hashCode() {
    return 31 * (31 * modelId.hashCode() + version.hashCode()) + profileId.hashCode();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BaselineKey that
        && modelId.equals(that.modelId)
        && version.equals(that.version)
        && profileId.equals(that.profileId);
  }
}
