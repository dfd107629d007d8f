package dev.runway.model;

/**
 * The version of a policy that is in force, as the registry has checked it.
 *
 * @param version rises with every change: an older one never replaces a newer one
 * @param document the policy, one JSON object as UTF-8 bytes, as it stands in the event
 */
public record PolicyVersion(String policy, int version, byte[] document) {

  /** Key of its record: a newer version replaces it. */
  public byte[] key() {
    return RecordKey.of(policy);
  }
}
