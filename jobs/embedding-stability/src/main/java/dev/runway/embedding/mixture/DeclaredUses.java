package dev.runway.embedding.mixture;

import dev.runway.model.EmbeddingUse;
import java.util.List;

/**
 * A prediction that says on which versions of embedding spaces it rests.
 *
 * @param uses not none
 */
public record DeclaredUses(
    String modelId,
    String modelVersion,
    long predictedAtMillis,
    double weight,
    List<EmbeddingUse> uses) {}
