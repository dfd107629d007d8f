package dev.runway.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The topic catalogue: every topic Runway reads or writes, in one place. The local stack creates
 * from it and the documentation is generated from it.
 *
 * <p>Full names are {@code <namespace>.<suffix>}; the live namespace is {@value #LIVE}, an isolated
 * replay has one of its own.
 */
public enum Topic {
  PREDICTIONS("predictions", "prediction id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  OUTCOMES("outcomes", "prediction id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  /** One partition: a total order of model documents. */
  MODELS("models", "model id", 1, Cleanup.COMPACT, Duration.ZERO),
  /** Several versions are live at once, and of each an older baseline is still asked for. */
  BASELINES("baselines", "model id|model version|profile id", 1, Cleanup.COMPACT, Duration.ZERO),
  /** What is to be compared in an embedding space, and who uses it. */
  SPACES("spaces", "space id", 1, Cleanup.COMPACT, Duration.ZERO),
  EMBEDDINGS("embeddings", "item id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  EXPERIMENTS(
      "experiments",
      "model id|model version|experiment|variant|control|metric",
      1,
      Cleanup.COMPACT,
      Duration.ZERO),
  GROUNDTRUTH("groundtruth", "model id|prediction id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  PERFORMANCE("performance", "model id", 4, Cleanup.DELETE, Duration.ofDays(30)),
  /** What batch runs over the archive say of the same windows, labels that came late included. */
  PERFORMANCE_MASTER("performance-master", "model id", 4, Cleanup.DELETE, Duration.ofDays(30)),
  LATE_OUTCOMES("late-outcomes", "prediction id", 4, Cleanup.DELETE, Duration.ofDays(35)),
  DEAD_LETTERS(
      "dead-letters", "source topic/partition/offset", 1, Cleanup.DELETE, Duration.ofDays(35)),
  DRIFT("drift", "model id", 4, Cleanup.DELETE, Duration.ofDays(30)),
  /** A week of counts, to be merged and scored again without the predictions. */
  TILES("tiles", "model id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  /** Counts of producers that keep their features to themselves; {@link #TILES} has them merged. */
  PRODUCER_TILES("producer-tiles", "model id", 4, Cleanup.DELETE, Duration.ofDays(7)),
  EMBEDDING_STABILITY("embedding-stability", "space id", 1, Cleanup.DELETE, Duration.ofDays(90)),
  /** What the vectors of a version in a window are beside those it began with. */
  EMBEDDING_TRAFFIC("embedding-traffic", "space id", 1, Cleanup.DELETE, Duration.ofDays(30)),
  /** On which versions of a space a model's predictions of a window rest. */
  EMBEDDING_MIXTURES("embedding-mixtures", "model id", 1, Cleanup.DELETE, Duration.ofDays(30)),
  STALENESS("staleness", "model id", 1, Cleanup.DELETE, Duration.ofDays(90)),
  DECISIONS("decisions", "model id", 1, Cleanup.DELETE, Duration.ofDays(90)),
  RETRAINS("retrains", "model id", 1, Cleanup.DELETE, Duration.ofDays(90)),
  /** A refused command must not erase what became of the one that runs. */
  RETRAIN_STATUS("retrain-status", "command id", 1, Cleanup.COMPACT, Duration.ZERO),
  /** A control replaces only what it is the opposite of: an approval leaves a mute alone. */
  CONTROLS(
      "controls",
      "model|model id|kind, team|team|kind, or fleet|kind; a judgement has its episode behind it",
      1,
      Cleanup.COMPACT,
      Duration.ZERO),
  /** Time for what silence decides; as long as the readings that are judged by it. */
  TICKS("ticks", "tick", 1, Cleanup.DELETE, Duration.ofDays(30)),
  /** Of each policy the version in force. */
  POLICIES("policies", "policy", 1, Cleanup.COMPACT, Duration.ZERO),
  /** What models depend on, while they do. */
  DEPENDENCIES("dependencies", "dependency id", 1, Cleanup.COMPACT, Duration.ZERO);

  /** Namespace of the running product. */
  public static final String LIVE = "runway";

  /**
   * So long a compacted topic keeps what was replaced: a job that goes on from a checkpoint of
   * within that time sees what held then.
   */
  public static final Duration COMPACTION_LAG = Duration.ofDays(1);

  /** What the broker does with old records. */
  public enum Cleanup {
    DELETE,
    COMPACT
  }

  private final String suffix;
  private final String keyedBy;
  private final int partitions;
  private final Cleanup cleanup;
  private final Duration retention;

  Topic(String suffix, String keyedBy, int partitions, Cleanup cleanup, Duration retention) {
    this.suffix = suffix;
    this.keyedBy = keyedBy;
    this.partitions = partitions;
    this.cleanup = cleanup;
    this.retention = retention;
  }

  /** The topic's name in a namespace, for example {@code runway.predictions}. */
  public String in(String namespace) {
    return namespace + "." + suffix;
  }

  /**
   * What the record key is, in words. Of a compacted topic the newest record of each key stays, so
   * two things that hold at the same time never share one; a bar or percent sign inside a part of
   * such a key is written %7C or %25.
   */
  public String keyedBy() {
    return keyedBy;
  }

  /** Partitions of the local stack; a deployment may have more. */
  public int partitions() {
    return partitions;
  }

  public Cleanup cleanup() {
    return cleanup;
  }

  /** How long records stay; zero means as long as they are the newest of their key. */
  public Duration retention() {
    return retention;
  }

  /**
   * Broker settings of this topic.
   *
   * <p>Retention counts from the append time, not from the event's own: a replayed event of last
   * month would otherwise be deleted as soon as it is written.
   */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("message.timestamp.type", "LogAppendTime");
    if (cleanup == Cleanup.COMPACT) {
      settings.put("cleanup.policy", "compact");
      settings.put("min.compaction.lag.ms", Long.toString(COMPACTION_LAG.toMillis()));
    } else {
      settings.put("cleanup.policy", "delete");
      settings.put("retention.ms", Long.toString(retention.toMillis()));
    }
    if (this == MODELS) {
      // A replaced document still says which predictions of the last horizon were let through.
      Duration lag = Limits.MAX_HORIZON.plusDays(1);
      settings.put("min.compaction.lag.ms", Long.toString(lag.toMillis()));
    }
    return Map.copyOf(settings);
  }
}
