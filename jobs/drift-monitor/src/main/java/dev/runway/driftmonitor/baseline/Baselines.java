package dev.runway.driftmonitor.baseline;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.SharedProfiles.Written;
import dev.runway.flink.ModelDirectory;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.BaselineTimes;
import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.lang.ref.SoftReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The baselines read so far, each version's newest few. A tombstone removes the one of its key; a
 * malformed one changes nothing and is refused aloud.
 *
 * <p>Profiles are kept as they were written, once in a process, and laid out for counting when they
 * are first asked for: most versions of a fleet have no traffic any more. How many there may be is
 * bounded by their bytes: one of a thousand features is a hundred times one of ten. Of several that
 * are too many the last ones on the topic are refused, whatever their traffic, and room that is
 * made later is theirs after a restart. Layouts take several times as much, but only those that are
 * counted by: when the memory is needed all others go.
 */
public final class Baselines {
  private static final long NOTICE_MILLIS = BaselineTimes.NOTICE.toMillis();

  /** Baselines kept of a version: what is merged or late may still be counted for an older one. */
  static final int MAX_PER_VERSION = 4;

  /** Versions held: above any fleet. */
  static final int MAX_VERSIONS = 10_000;

  /** Bytes that may be a quarter of the process's heap, at most 512 MB. */
  public static final long SHARE_OF_HEAP = 0;

  private static final long MOST_OF_HEAP = 512L << 20;

  /** A directory reads the topic once, and keeps nothing of what it refuses. */
  private static final String REMEDY =
      "retire some and restart the job, which then reads this one again";

  private static final SharedProfiles OF_PROCESS = new SharedProfiles();

  private static final Comparator<Known> BY_AGE =
      Comparator.comparingLong(Known::createdAtMillis).thenComparing(Known::profileId);

  /** Which one is let go first: a provisional one never pushes out a real one. */
  private static final Comparator<Known> BY_WORTH =
      Comparator.comparing((Known known) -> !known.provisional()).thenComparing(BY_AGE);

  /** A baseline as it was written. */
  private static final class Known {
    private final Baseline baseline;
    private final Written written;
    private @Nullable SoftReference<TileLayout> layout;

    Known(Baseline read, Written written) {
      this.written = written;
      baseline =
          new Baseline(
              read.modelId(),
              read.modelVersion(),
              read.profileId(),
              read.createdAtMillis(),
              read.dataStartMillis(),
              read.dataEndMillis(),
              read.provisional(),
              written.json());
    }

    long bytes() {
      return written.json().length;
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
      SoftReference<TileLayout> reference = layout;
      TileLayout made = reference == null ? null : reference.get();
      while (made == null) {
        reference = written.layout(sketches);
        layout = reference;
        made = reference.get();
      }
      return made;
    }
  }

  private final Map<String, Map<String, List<Known>>> byModel = new HashMap<>();
  private final boolean sketches;
  private final int maxVersions;
  private final ModelDirectory.Refused refused;
  private final long maxBytes;
  private int versions;
  private long bytes;

  /**
   * @param sketches whether tiles keep a quantile sketch per numeric feature
   */
  Baselines(boolean sketches, ModelDirectory.Refused refused) {
    this(sketches, MAX_VERSIONS, SHARE_OF_HEAP, refused);
  }

  /**
   * @param maxBytes of all profiles as they are written, or {@link #SHARE_OF_HEAP}
   */
  Baselines(boolean sketches, int maxVersions, long maxBytes, ModelDirectory.Refused refused) {
    this.sketches = sketches;
    this.maxVersions = maxVersions;
    this.maxBytes =
        maxBytes == SHARE_OF_HEAP
            ? Math.min(MOST_OF_HEAP, Runtime.getRuntime().maxMemory() / 4)
            : maxBytes;
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
    if (known.isEmpty() && versions >= maxVersions) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT,
          "model_version",
          "more than " + maxVersions + " versions with a baseline; " + REMEDY);
    }
    for (Known other : known) {
      if (other.profileId().equals(baseline.profileId())) {
        requireSame(other.baseline, baseline);
        return;
      }
    }
    Known added = new Known(baseline, OF_PROCESS.of(baseline.profile()));
    Known goes = known.size() < MAX_PER_VERSION ? null : Collections.min(known, BY_WORTH);
    if (goes != null && BY_WORTH.compare(added, goes) < 0) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT,
          "created_at",
          "older than the %d newest baselines of its version, and no more are kept"
              .formatted(MAX_PER_VERSION));
    }
    long after = bytes + added.bytes() - (goes == null ? 0 : goes.bytes());
    if (after > maxBytes) {
      throw new MalformedEvent(
          Reason.OVER_LIMIT,
          "profile",
          "of %,d bytes, and the profiles of all versions may have %,d; %s"
              .formatted(added.bytes(), maxBytes, REMEDY));
    }
    bytes = after;
    if (goes != null) {
      known.remove(goes);
    }
    if (known.isEmpty()) {
      versions++;
      known = new ArrayList<>(1);
      byModel
          .computeIfAbsent(baseline.modelId(), model -> new HashMap<>())
          .put(baseline.modelVersion(), known);
    }
    known.add(added);
    known.sort(BY_AGE);
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
      ofModel.values().removeIf(known -> remove(known, record.key()) && known.isEmpty());
      versions -= before - ofModel.size();
    }
    byModel.values().removeIf(Map::isEmpty);
  }

  private boolean remove(List<Known> known, byte[] key) {
    int before = known.size();
    for (Known each : List.copyOf(known)) {
      if (Arrays.equals(each.baseline.key(), key)) {
        known.remove(each);
        bytes -= each.bytes();
      }
    }
    return known.size() < before;
  }

  /** Models of which something is held. */
  int models() {
    return byModel.size();
  }
}
