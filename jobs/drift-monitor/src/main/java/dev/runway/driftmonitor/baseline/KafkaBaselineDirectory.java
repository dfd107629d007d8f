package dev.runway.driftmonitor.baseline;

import dev.runway.drift.tile.TileLayout;
import dev.runway.flink.CompactedTopic;
import dev.runway.flink.KafkaAccess;
import dev.runway.flink.ModelDirectory;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The baselines topic as a directory. */
public final class KafkaBaselineDirectory implements BaselineDirectory {
  /** Versions without a baseline that are remembered as asked for. */
  private static final int MAX_ASKED = 10_000;

  private final Baselines baselines;
  private final CompactedTopic topic;

  /** A version that has no baseline shall not send every event to the broker. */
  private final Set<String> asked = new HashSet<>();

  private KafkaBaselineDirectory(
      KafkaAccess kafka,
      String topic,
      boolean sketches,
      long maxBytes,
      ModelDirectory.Refused refused) {
    this.baselines = new Baselines(sketches, Baselines.MAX_VERSIONS, maxBytes, refused);
    this.topic = CompactedTopic.open(kafka, topic, baselines::apply);
  }

  /**
   * A directory over a topic.
   *
   * @param topic full name of the baselines topic
   * @param sketches whether tiles keep a quantile sketch per numeric feature
   * @param maxBytes of all profiles as they are written, or {@link Baselines#SHARE_OF_HEAP}
   */
  public static Factory of(KafkaAccess kafka, String topic, boolean sketches, long maxBytes) {
    return new FromKafka(kafka, topic, sketches, maxBytes);
  }

  private record FromKafka(KafkaAccess kafka, String topic, boolean sketches, long maxBytes)
      implements Factory {
    @Override
    public BaselineDirectory open(ModelDirectory.Refused refused) {
      return new KafkaBaselineDirectory(kafka, topic, sketches, maxBytes, refused);
    }
  }

  @Override
  public @Nullable TileLayout inForce(
      String modelId, String version, long predictedAtMillis, long asOfMillis) {
    topic.look(asOfMillis);
    TileLayout layout = baselines.inForce(modelId, version, predictedAtMillis);
    if (layout == null && firstAsked(modelId, version) && topic.catchUp(asOfMillis)) {
      layout = baselines.inForce(modelId, version, predictedAtMillis);
    }
    return layout;
  }

  @Override
  public boolean has(String modelId, String version, long asOfMillis) {
    topic.look(asOfMillis);
    return baselines.has(modelId, version);
  }

  private boolean firstAsked(String modelId, String version) {
    return asked.size() < MAX_ASKED && asked.add(modelId + '\n' + version);
  }

  @Override
  public @Nullable TileLayout find(String modelId, String version, String profileId) {
    topic.look(Long.MIN_VALUE);
    return baselines.find(modelId, version, profileId);
  }

  @Override
  public @Nullable TileLayout find(
      String modelId, String version, String profileId, long asOfMillis) {
    TileLayout layout = find(modelId, version, profileId);
    if (layout == null && topic.catchUp(asOfMillis)) {
      layout = baselines.find(modelId, version, profileId);
    }
    return layout;
  }

  @Override
  public void close() {
    topic.close();
  }
}
