package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Baseline}, contract {@code schemas/baseline.schema.json}. */
public final class BaselineCodec {
  private BaselineCodec() {}

  /**
   * Writes a baseline.
   *
   * @throws IllegalArgumentException if the profile is not one JSON object
   */
  public static byte[] write(Baseline baseline) {
    requireObject(baseline.profile());
    return JsonBytes.object(
        out -> {
          out.field("model_id", baseline.modelId());
          out.field("model_version", baseline.modelVersion());
          out.field("profile_id", baseline.profileId());
          out.field("created_at", baseline.createdAtMillis());
          out.field("data_start", baseline.dataStartMillis());
          out.field("data_end", baseline.dataEndMillis());
          out.field("provisional", baseline.provisional());
          out.raw("profile", baseline.profile());
        });
  }

  /**
   * Reads a baseline of at most {@link Limits#MAX_BASELINE_BYTES}.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Baseline read(byte @Nullable [] bytes) throws MalformedEvent {
    String modelId = null;
    String modelVersion = null;
    String profileId = null;
    long createdAt = EventTime.NONE;
    long dataStart = EventTime.NONE;
    long dataEnd = EventTime.NONE;
    boolean provisional = false;
    byte[] profile = null;
    try (StrictJson json = StrictJson.open(bytes, Limits.MAX_BASELINE_BYTES)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "model_id" -> modelId = json.id();
          case "model_version" -> modelVersion = json.name();
          case "profile_id" -> profileId = json.id();
          case "created_at" -> createdAt = json.instantMillis();
          case "data_start" -> dataStart = json.instantMillis();
          case "data_end" -> dataEnd = json.instantMillis();
          case "provisional" -> provisional = json.bool();
          case "profile" -> {
            json.enterObject();
            profile = json.raw();
          }
          default -> json.skip();
        }
      }
      json.end();
    }
    Baseline baseline =
        new Baseline(
            Required.field("model_id", modelId),
            Required.field("model_version", modelVersion),
            Required.field("profile_id", profileId),
            Required.time("created_at", createdAt),
            Required.time("data_start", dataStart),
            Required.time("data_end", dataEnd),
            provisional,
            Required.field("profile", profile));
    if (baseline.dataEndMillis() <= baseline.dataStartMillis()) {
      throw new MalformedEvent(Reason.BAD_VALUE, "data_end", "must be after data_start");
    }
    return baseline;
  }

  private static void requireObject(byte[] profile) {
    try (StrictJson json = StrictJson.open(profile, Limits.MAX_BASELINE_BYTES)) {
      while (json.nextField() != null) {
        json.skip();
      }
      json.end();
    } catch (MalformedEvent e) {
      throw new IllegalArgumentException("a profile is one JSON object: " + e.detail(), e);
    }
  }
}
