package dev.runway.control.registry;

import dev.runway.control.http.Problem;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the jobs are told of a baseline. Judged as drift-monitor judges: one that it refuses would
 * stand in the way of every later one of its version.
 */
final class BaselineMessage {
  private BaselineMessage() {}

  /**
   * Makes a message.
   *
   * @param now about the time that the record will have
   * @throws Problem 413, or 422 naming the field that the jobs would refuse
   */
  static byte[] of(Baseline baseline, Instant now) {
    requireProfile(baseline);
    byte[] message = BaselineCodec.write(baseline);
    if (message.length > Limits.MAX_BASELINE_BYTES) {
      throw Problem.tooLarge(Limits.MAX_BASELINE_BYTES);
    }
    try {
      Baseline read = BaselineCodec.read(message);
      BaselineTimes.requireCreated(read.createdAtMillis(), now.toEpochMilli());
      BaselineTimes.requireDataEnd(read.dataEndMillis(), read.createdAtMillis());
    } catch (MalformedEvent e) {
      throw Problem.invalid(pointer(e.field()), e.detail());
    }
    return message;
  }

  private static void requireProfile(Baseline baseline) {
    BaselineProfile profile;
    try {
      profile = ProfileJson.read(baseline.profile());
    } catch (MalformedProfile e) {
      throw Problem.invalid("/profile", String.valueOf(e.getMessage()));
    }
    requireSame("id", profile.id(), baseline.profileId());
    requireSame("model", profile.model(), baseline.modelId());
    requireSame("version", profile.version(), baseline.modelVersion());
    requireSame(
        "created_at",
        Instant.ofEpochMilli(profile.createdAtMillis()),
        Instant.ofEpochMilli(baseline.createdAtMillis()));
    if (profile.provisional() != baseline.provisional()) {
      throw Problem.invalid(
          "/provisional",
          "is %s, and the profile is of source %s"
              .formatted(baseline.provisional(), profile.source()));
    }
  }

  private static void requireSame(String field, Object inProfile, Object asked) {
    if (!inProfile.equals(asked)) {
      throw Problem.invalid(
          "/profile/" + field, "is %s, and the request is about %s".formatted(inProfile, asked));
    }
  }

  /** The contract's name of a field of the message. */
  private static String pointer(@Nullable String field) {
    return switch (String.valueOf(field)) {
      case "created_at" -> "/made_at";
      case "data_start" -> "/data_start_at";
      case "data_end" -> "/data_end_at";
      case "provisional", "profile_id", "profile" -> "/" + field;
      default -> "/";
    };
  }
}
