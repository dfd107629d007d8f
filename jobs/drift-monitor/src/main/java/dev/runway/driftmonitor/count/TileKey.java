package dev.runway.driftmonitor.count;

import dev.runway.drift.tile.TileLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a tile is counted under.
 *
 * <p>A layout is its own: two of one profile id, of which one was made after its baseline was read
 * anew, are two tiles, for their bins may be others.
 */
final class TileKey {
  private final String modelId;
  private final String version;
  private final @Nullable String segment;
  private final long minuteMillis;
  private final @Nullable TileLayout layout;
  private final int hash;

  /**
   * @param segment declared segment; null for a prediction without one
   * @param minuteMillis start of the minute
   * @param layout null for a version without baseline
   */
  TileKey(
      String modelId,
      String version,
      @Nullable String segment,
      long minuteMillis,
      @Nullable TileLayout layout) {
    this.modelId = modelId;
    this.version = version;
    this.segment = segment;
    this.minuteMillis = minuteMillis;
    this.layout = layout;
    int mixed = 31 * (31 * modelId.hashCode() + version.hashCode()) + Long.hashCode(minuteMillis);
    this.hash = 31 * mixed + (segment == null ? 0 : segment.hashCode());
  }

  String modelId() {
    return modelId;
  }

  String version() {
    return version;
  }

  @Nullable String segment() {
    return segment;
  }

  long minuteMillis() {
    return minuteMillis;
  }

  @Nullable TileLayout layout() {
    return layout;
  }

  /** Whether it is the key of a segment and minute, of its own version and layout. */
  boolean isOf(@Nullable String otherSegment, long otherMinuteMillis) {
    return minuteMillis == otherMinuteMillis && Objects.equals(segment, otherSegment);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TileKey that
        && minuteMillis == that.minuteMillis
        && layout == that.layout
        && modelId.equals(that.modelId)
        && version.equals(that.version)
        && Objects.equals(segment, that.segment);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
