package dev.runway.embedding;

import dev.runway.flink.RecordFormat;
import dev.runway.model.EmbeddingTraffic;
import dev.runway.model.EmbeddingTrafficCodec;
import java.nio.charset.StandardCharsets;

/** Keys and values of the readings: keyed by space, so that one reader sees all of it. */
final class TrafficFormat implements RecordFormat<EmbeddingTraffic> {
  @Override
  public byte[] key(EmbeddingTraffic traffic) {
    return traffic.spaceId().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] value(EmbeddingTraffic traffic) {
    return EmbeddingTrafficCodec.write(traffic);
  }
}
