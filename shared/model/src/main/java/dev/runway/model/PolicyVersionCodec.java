package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link PolicyVersion}, contract {@code schemas/policy-version.schema.json}. */
public final class PolicyVersionCodec {
  private PolicyVersionCodec() {}

  /**
   * Writes a version.
   *
   * @throws IllegalArgumentException if the document is not one JSON object
   */
  public static byte[] write(PolicyVersion version) {
    RawObject.require("document", version.document(), Limits.MAX_EVENT_BYTES);
    return JsonBytes.object(
        out -> {
          out.field("policy", version.policy());
          out.field("version", version.version());
          out.raw("document", version.document());
        });
  }

  /**
   * Reads a version.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static PolicyVersion read(byte @Nullable [] bytes) throws MalformedEvent {
    String policy = null;
    long version = -1;
    byte[] document = null;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "policy" -> policy = json.id();
          case "version" -> version = json.integer(1, Integer.MAX_VALUE);
          case "document" -> document = RawObject.read(json, Limits.MAX_EVENT_BYTES);
          default -> json.skip();
        }
      }
      json.end();
    }
    return new PolicyVersion(
        Required.field("policy", policy),
        (int) Required.count("version", version),
        Required.field("document", document));
  }
}
