package dev.runway.embedding;

import dev.runway.flink.RecordFormat;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import java.nio.charset.StandardCharsets;

/** Keys and values of the records the job writes: keyed by space, so that one reader sees all. */
final class StabilityFormat implements RecordFormat<EmbeddingStability> {
  @Override
  public byte[] key(EmbeddingStability stability) {
    return stability.spaceId().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] value(EmbeddingStability stability) {
    return EmbeddingStabilityCodec.write(stability);
  }
}
