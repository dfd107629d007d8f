package dev.runway.model;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * On which versions of an embedding space the predictions of a model version in one window rest, as
 * they declare themselves. Of one window the reading with the most predictions counts.
 *
 * @param windowStartMillis first prediction time of the window, included
 * @param windowEndMillis end of the window, excluded
 * @param predictions that declare a version of the space
 * @param mixing whether they mix versions
 * @param threshold share above which they do
 * @param within predictions that rest on two versions or more themselves, such as a user's vector
 *     of one and an item's of another
 * @param versions by how many predictions rest on them, the most used first, at most {@link
 *     Limits#MAX_MIXED_VERSIONS}; their shares add up to more than 1 where predictions rest on
 *     several
 */
public record EmbeddingMixture(
    String modelId,
    String modelVersion,
    String spaceId,
    long windowStartMillis,
    long windowEndMillis,
    long predictions,
    Mixing mixing,
    double threshold,
    Share within,
    List<VersionShare> versions) {

  /** How versions are mixed. Names are stored: never rename one. */
  public enum Mixing {
    /** All but a share below the threshold rest on one version. */
    NONE,
    /**
     * Some predictions rest on one version and some on another: a roll-out, or one that is stuck.
     */
    ACROSS,
    /** Single predictions rest on two versions: their vectors do not belong together. */
    WITHIN
  }

  /**
   * A share of the predictions, by their weights.
   *
   * @param predictions how many
   * @param low lower end of its 95 % interval
   * @param high upper end
   */
  public record Share(long predictions, double share, double low, double high) {}

  /** The share that rests on a version. */
  public record VersionShare(String version, Share share) {}

  public EmbeddingMixture {
    versions = List.copyOf(versions);
  }

  /** Shares by version as one JSON object. */
  public String versionsJson() {
    byte[] json =
        JsonBytes.object(
            byVersion -> {
              for (VersionShare each : versions) {
                byVersion.object(
                    each.version(), one -> EmbeddingMixtureCodec.write(one, each.share()));
              }
            });
    return new String(json, StandardCharsets.UTF_8);
  }
}
