package dev.runway.embedding.state;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.model.EmbeddingStability;
import org.jspecify.annotations.Nullable;

/**
 * What was last told of a pair of versions.
 *
 * @param basis what it followed from: as long as that is the same, so is what there is to tell
 * @param floor the noise of the pair, if it is a baseline pair with enough items
 * @param event as it was told; null in state of the first layout, whose basis is never the same
 *     again
 * @param toldAtMillis when, by the clock of the machine
 */
public record ToldPair(
    String basis,
    @Nullable NoiseFloor floor,
    @Nullable EmbeddingStability event,
    long toldAtMillis) {}
