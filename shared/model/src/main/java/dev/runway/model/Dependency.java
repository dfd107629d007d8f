package dev.runway.model;

import org.jspecify.annotations.Nullable;

/**
 * That a model depends on something, while it does: a record with no value ends it.
 *
 * @param edgeId names the dependency
 * @param modelId the model that depends
 * @param upstreamModel the model whose output it uses; null when it is something else
 * @param source a feature, dataset or source of data that feeds it; null when it is a model
 */
public record Dependency(
    String edgeId, String modelId, @Nullable String upstreamModel, @Nullable String source) {

  /** Key of its record. */
  public byte[] key() {
    return RecordKey.of(edgeId);
  }
}
