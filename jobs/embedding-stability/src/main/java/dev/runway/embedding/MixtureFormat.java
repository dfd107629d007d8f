package dev.runway.embedding;

import dev.runway.flink.RecordFormat;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixtureCodec;
import java.nio.charset.StandardCharsets;

/** Keys and values of the readings: keyed by model, so that one reader sees all of it. */
final class MixtureFormat implements RecordFormat<EmbeddingMixture> {
  @Override
  public byte[] key(EmbeddingMixture mixture) {
    return mixture.modelId().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] value(EmbeddingMixture mixture) {
    return EmbeddingMixtureCodec.write(mixture);
  }
}
