package dev.runway.embedding.state;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import org.jspecify.annotations.Nullable;

/**
 * What was last told of a pair of versions.
 *
 * @param basis what it followed from: as long as that is the same, so is what there is to tell
 * @param floor the noise of the pair, if it is a baseline pair with enough items
 * @param rotation file with its rotation, if one was written
 * @param formerRotation the one before, which readers may still be at
 */
public record ToldPair(
    String basis,
    @Nullable NoiseFloor floor,
    @Nullable String rotation,
    @Nullable String formerRotation) {}
