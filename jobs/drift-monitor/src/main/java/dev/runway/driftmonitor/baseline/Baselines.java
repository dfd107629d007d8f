package dev.runway.driftmonitor.baseline;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The baselines read so far, each version's newest few. A tombstone removes the one of its key; a
 * malformed one changes nothing and is refused aloud.
 *
 * <p>Profiles are kept as they were written, and laid out for counting when they are first asked
 * for: most versions of a fleet have no traffic any more.
 */
final class Baselines {
  private static final long NOTICE_MILLIS = BaselineTimes.NOTICE.toMillis();

  /** Baselines kept of a version: what is merged or late may still be counted for an older one. */
  static final int MAX_PER_VERSION = 4;

  /** Versions held: at some 50 KB a profile of 100 features 500 MB, above any fleet. */
  static final int MAX_VERSIONS = 10_000;

  private static final Comparator<Known> BY_AGE =
      Comparator.comparingLong(Known::createdAtMillis).thenComparing(Known::profileId);

  /** Which one is let go first: a provisional one never pushes out a real one. */
  private static final Comparator<Known> BY_WORTH =
      Comparator.comparing((Known known) -> !known.provisional()).thenComparing(BY_AGE);

  /** A baseline as it was written. */
  private static final class Known {
    private final Baseline baseline;
    private @Nullable TileLayout layout;

    Known(Baseline baseline) {
      this.baseline = baseline;
    }

    long createdAtMillis() {
      return baseline.createdAtMillis();
    }

    String profileId() {
      return baseline.profileId();
    }

    boolean provisional() {
      return baseline.provisional();
    }

    boolean isDue(long predictedAtMillis) {
      return createdAtMillis() + NOTICE_MILLIS <= predictedAtMillis;
    }

    TileLayout layout(boolean sketches) {
      TileLayout made = layout;
      if (made == null) {
        try {
          made = TileLayout.of(ProfileJson.read(baseline.profile()), sketches);
        } catch (MalformedProfile e) {
          throw new IllegalStateException("a profile that was read before: " + e.getMessage(), e);
        }
        layout = made;
      }
      return made;
    }
  }

  private final Map<String, Map<String, List<Known>>> byModel = new HashMap<>();
  private final boolean sketches;
  private final int maxVersions;
  private final ModelDirectory.Refused refused;
  private int versions;

  /**
   * @param sketches whether tiles keep a quantile sketch per numeric feature
   */
  Baselines(boolean sketches, ModelDirectory.Refused refused) {
    this(sketches, MAX_VERSIONS, refused);
  }

  Baselines(boolean sketches, int maxVersions, ModelDirectory.Refused refused) {
    this.sketches = sketches;
    this.maxVersions = maxVersions;
    this.refused = refused;
  }

  @Nullable TileLayout inForce(String modelId, String version, long predictedAtMillis) {
    Known inForce = null;
    for (Known known : of(modelId, version)) {
      // From the oldest on, so the last one that takes over holds.
      if (inForce == null || takesOver(known, inForce, predictedAtMillis)) {
        inForce = known;
      }
    }
    return inForce == null ? null : inForce.layout(sketches);
  }

  /** Whether a version has a baseline, whatever its time. Lays none out. */
  boolean has(String modelId, String version) {
    return !of(modelId, version).isEmpty();
  }

  /** Whether a baseline replaces an older one; a provisional one replaces no real one. */
  private static boolean takesOver(Known next, Known before, long predictedAtMillis) {
    boolean worth = before.provisional() || !next.provisional();
    return worth && next.isDue(predictedAtMillis);
  }

  @Nullable TileLayout find(String modelId, String version, String profileId) {
    for (Known known : of(modelId, version)) {
      if (known.profileId().equals(profileId)) {
        return known.layout(sketches);
      }
    }
    return null;
  }

  private List<Known> of(String modelId, String version) {
    return byModel.getOrDefault(modelId, Map.of()).getOrDefault(version, List.of());
  }

  void apply(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() == null) {
        remove(record);
        return;
      }
      Baseline baseline = BaselineCodec.read(record.value());
      requireKey(record, baseline);
      // Against the record's own time, so that every replay judges the same.
      BaselineTimes.requireCreated(baseline.createdAtMillis(), record.timestamp());
      requireProfile(baseline);
      put(baseline);
    } catch (MalformedEvent cause) {
      refused.take(
          DeadLetter.of(
              record.topic(),
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.value(),
              cause));
    }
  }

  private void put(Baseline baseline) throws MalformedEvent {
    List<Known> known = of(baseline.modelId(), baseline.modelVersion());
    if (known.isEmpty()) {
      if (versions >= maxVersions) {
        throw new MalformedEvent(
            Reason.OVER_LIMIT,
            "model_version",
            "more than " + maxVersions + " versions with a baseline; retire some");
      }
      versions++;
      known = new ArrayList<>(1);
      byModel
          .computeIfAbsent(baseline.modelId(), model -> new HashMap<>())
          .put(baseline.modelVersion(), known);
    }
    for (Known other : known) {
      if (other.profileId().equals(baseline.profileId())) {
        requireSame(other.baseline, baseline);
        return;
      }
    }
    Known added = new Known(baseline);
    if (known.size() == MAX_PER_VERSION
        && BY_WORTH.compare(added, Collections.min(known, BY_WORTH)) < 0) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT,
          "created_at",
          "older than the %d newest baselines of its version, and no more are kept"
              .formatted(MAX_PER_VERSION));
    }
    known.add(added);
    known.sort(BY_AGE);
    if (known.size() > MAX_PER_VERSION) {
      known.remove(Collections.min(known, BY_WORTH));
    }
  }

  private static void requireSame(Baseline known, Baseline again) throws MalformedEvent {
    if (!Arrays.equals(known.profile(), again.profile())) {
      throw new MalformedEvent(
          Reason.CONFLICT,
          "profile_id",
          again.profileId() + " is another profile already: a profile never changes");
    }
  }

  private static void requireKey(ConsumerRecord<byte[], byte[]> record, Baseline baseline)
      throws MalformedEvent {
    if (!Arrays.equals(record.key(), baseline.key())) {
      // Under another key a tombstone or a compaction would hit the wrong baseline.
      throw new MalformedEvent(
          Reason.KEY_MISMATCH,
          "model_id",
          "the key is not that of profile %s of %s %s"
              .formatted(baseline.profileId(), baseline.modelId(), baseline.modelVersion()));
    }
  }

  private static void requireProfile(Baseline baseline) throws MalformedEvent {
    BaselineProfile profile;
    try {
      profile = ProfileJson.read(baseline.profile());
    } catch (MalformedProfile e) {
      throw new MalformedEvent(Reason.BAD_VALUE, "profile", String.valueOf(e.getMessage()));
    }
    if (!profile.id().equals(baseline.profileId())
        || !profile.model().equals(baseline.modelId())
        || !profile.version().equals(baseline.modelVersion())) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "profile",
          "it is %s of %s %s, its envelope says otherwise"
              .formatted(profile.id(), profile.model(), profile.version()));
    }
    if (profile.provisional() != baseline.provisional()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "provisional",
          "its profile is of source %s, the envelope says %s"
              .formatted(profile.source(), baseline.provisional()));
    }
    if (profile.createdAtMillis() != baseline.createdAtMillis()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "created_at",
          "its profile was created at %s, the envelope says %s"
              .formatted(
                  Instant.ofEpochMilli(profile.createdAtMillis()),
                  Instant.ofEpochMilli(baseline.createdAtMillis())));
    }
  }

  private void remove(ConsumerRecord<byte[], byte[]> record) {
    for (Map<String, List<Known>> ofModel : byModel.values()) {
      int before = ofModel.size();
      ofModel.values().removeIf(known -> known.removeIf(isOf(record.key())) && known.isEmpty());
      versions -= before - ofModel.size();
    }
    byModel.values().removeIf(Map::isEmpty);
  }

  /** Models of which something is held. */
  int models() {
    return byModel.size();
  }

  private static Predicate<Known> isOf(byte[] key) {
    return known -> Arrays.equals(known.baseline.key(), key);
  }
}
