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
import dev.runway.model.MalformedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a space's share of the items, the same ones in every version, and decodes their vectors.
 * What is sampled out is not decoded: its two ids are all that is looked at.
 *
 * <p>NaN, infinite numbers and zeros pass: how many a version has is part of the verdict.
 */
public final class EmbeddingDecoder implements Decoder<SampledVector> {
  private final TimeBounds bounds;
  private final Sampler sampler;
  private final SpaceDirectory.Factory spaces;

  private transient SpaceDirectory open;

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
    if (ids != null && isSampledOut(ids)) {
      return null;
    }
    Embedding embedding = EmbeddingCodec.read(raw.value());
    EventChecks.requireKey(raw, "item_id", embedding.itemId());
    EventChecks.requireSaneTime(raw, "stored_at", embedding.storedAtMillis(), bounds);
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

  private boolean isSampledOut(EmbeddingIds ids) {
    EmbeddingSpace space = open.find(ids.spaceId());
    return space != null && !keeps(space, ids.itemId(), ItemHash.of(ids.itemId()));
  }

  private boolean keeps(EmbeddingSpace space, String itemId, long hash) {
    return ItemHash.position(hash) < space.sampleRate() && sampler.keeps(itemId);
  }
}
