package dev.runway.model;

/**
 * The envelope of a reference profile: whose it is, and where it comes from. The profile itself is
 * opaque here; what measures drift defines it.
 *
 * @param profileId identifies the profile in every reading that was compared with it
 * @param createdAtMillis when the profile was made, epoch milliseconds
 * @param dataStartMillis first time of the data, included
 * @param dataEndMillis end of the data, excluded; after {@code dataStartMillis}
 * @param provisional made from the first windows of live traffic: cannot trigger a retrain alone
 * @param profile one JSON object as UTF-8 bytes, as it stands in the event
 */
public record Baseline(
    String modelId,
    String modelVersion,
    String profileId,
    long createdAtMillis,
    long dataStartMillis,
    long dataEndMillis,
    boolean provisional,
    byte[] profile) {

  /**
   * Key of its record. The profile is part of it: an older baseline still says what its predictions
   * were counted by, and a damaged one must not take the place of a good one.
   */
  public byte[] key() {
    return RecordKey.of(modelId, modelVersion, profileId);
  }
}
