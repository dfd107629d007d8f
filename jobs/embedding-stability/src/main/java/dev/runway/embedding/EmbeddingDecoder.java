package dev.runway.embedding;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.SampledVector;
import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.EmbeddingIds;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a space's share of the items, the same ones in every version, and decodes their vectors.
 * What is sampled out is not decoded: its two ids are all that is looked at.
 *
 * <p>Of a space that no document names, which may send all that its encoder has, only some become
 * dead letters: of one item in a thousand, and the first one after ten seconds without. All of them
 * are counted in {@code unknown-space}.
 *
 * <p>NaN, infinite numbers and zeros pass: how many a version has is part of the verdict.
 */
public final class EmbeddingDecoder implements Decoder<SampledVector> {
  /** Of the items of a space that is not known. */
  private static final double TOLD_OF_UNKNOWN = 1e-3;

  private static final long TOLD_EVERY_MILLIS = Duration.ofSeconds(10).toMillis();

  private static final long NEVER = Long.MIN_VALUE / 2;

  /** Lists nothing: only whether there is a document matters. */
  private static final EmbeddingSpace.Version ANY_VERSION =
      new EmbeddingSpace.Version("", SpaceDirectory.ANY_DIMENSIONS);

  /**
   * How old a cause may be only its producer knows, for a catalogue may be encoded from what is
   * known of it for years; but seconds that are sent as milliseconds are of 1970.
   */
  private static final long FIRST_CAUSE_MILLIS =
      Instant.parse("1980-01-01T00:00:00Z").toEpochMilli();

  private final TimeBounds bounds;
  private final Sampler sampler;
  private final SpaceDirectory.Factory spaces;

  private transient SpaceDirectory open;
  private transient Counter unknownSpace;
  private transient long toldOfUnknownMillis;

  /**
   * A decoder.
   *
   * @param sampler what is read at all; records with a key have been through it
   */
  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first record.
  public EmbeddingDecoder(TimeBounds bounds, Sampler sampler, SpaceDirectory.Factory spaces) {
    this.bounds = bounds;
    this.sampler = sampler;
    this.spaces = spaces;
  }

  @Override
  public void open(ModelDirectory.Refused refused) {
    open = spaces.open(refused);
    unknownSpace = new SimpleCounter();
    toldOfUnknownMillis = NEVER;
  }

  @Override
  public void open(ModelDirectory.Refused refused, MetricGroup metrics) {
    open(refused);
    unknownSpace = metrics.counter("unknown-space");
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }

  @Override
  public @Nullable SampledVector decode(RawEvent raw) throws MalformedEvent {
    EmbeddingIds ids = EmbeddingIds.find(raw.value());
    if (ids != null && isLeftOut(ids, raw.kafkaTimestampMillis())) {
      return null;
    }
    Embedding embedding = EmbeddingCodec.read(raw.value());
    EventChecks.requireKey(raw, "item_id", embedding.itemId());
    EventChecks.requireSaneTime(raw, "stored_at", embedding.storedAtMillis(), bounds);
    requireSaneCause(embedding);
    EmbeddingSpace space =
        open.require(
            embedding.spaceId(),
            new EmbeddingSpace.Version(embedding.embeddingVersion(), embedding.vector().length),
            raw.kafkaTimestampMillis());
    long hash = ItemHash.of(embedding.itemId());
    return keeps(space, embedding.itemId(), hash)
        ? new SampledVector(
            embedding.spaceId(), embedding.embeddingVersion(), hash, item(raw, embedding))
        : null;
  }

  /**
   * A cause behind what it caused makes all of them look fresh, and one of 1970 none.
   *
   * @throws MalformedEvent BAD_VALUE or ANCIENT
   */
  private static void requireSaneCause(Embedding embedding) throws MalformedEvent {
    long ahead = embedding.eventAtMillis() - embedding.storedAtMillis();
    if (ahead > Limits.MAX_AHEAD.toMillis()) {
      throw new MalformedEvent(
          Reason.BAD_VALUE,
          "event_at",
          "%d s after stored_at: what caused it came before; is it local time?"
              .formatted(ahead / 1_000));
    }
    if (embedding.eventAtMillis() < FIRST_CAUSE_MILLIS) {
      throw new MalformedEvent(
          Reason.ANCIENT, "event_at", "before 1980; are these seconds sent as milliseconds?");
    }
  }

  private static ItemVector item(RawEvent raw, Embedding embedding) {
    return new ItemVector(
        embedding.itemId(),
        embedding.vector(),
        embedding.eventAtMillis(),
        embedding.storedAtMillis(),
        raw.partition(),
        raw.offset(),
        raw.kafkaTimestampMillis());
  }

  /** Whether it is not looked at any further: sampled out, or one of many of an unknown space. */
  private boolean isLeftOut(EmbeddingIds ids, long recordedAtMillis) {
    EmbeddingSpace space = open.find(ids.spaceId());
    if (space == null) {
      // Its document may have been written right before.
      space = open.find(ids.spaceId(), ANY_VERSION, recordedAtMillis);
    }
    long hash = ItemHash.of(ids.itemId());
    if (space != null) {
      return !keeps(space, ids.itemId(), hash);
    }
    unknownSpace.inc();
    if (ItemHash.position(hash) >= TOLD_OF_UNKNOWN
        && recordedAtMillis < toldOfUnknownMillis + TOLD_EVERY_MILLIS) {
      return true;
    }
    toldOfUnknownMillis = recordedAtMillis;
    return false;
  }

  private boolean keeps(EmbeddingSpace space, String itemId, long hash) {
    return ItemHash.position(hash) < space.sampleRate() && sampler.keeps(itemId);
  }
}
