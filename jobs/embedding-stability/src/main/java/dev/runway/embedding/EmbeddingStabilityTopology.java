package dev.runway.embedding;

import dev.runway.embedding.compare.CompareVersionsFunction;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.embedding.state.EmbeddingStabilitySerializer;
import dev.runway.embedding.state.SampledVector;
import dev.runway.embedding.state.SampledVectorSerializer;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingStability;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Embeddings x spaces, as streams.
 *
 * <pre>
 * embeddings -> sample-embedding -> compare-versions -> stability
 *                      |                   |
 *                      '-> dead letters <--'
 * </pre>
 *
 * <p>Sampling is chained to the source; only the items of the sample cross the network, to where
 * their space is.
 */
final class EmbeddingStabilityTopology {
  private EmbeddingStabilityTopology() {}

  /**
   * What shapes the topology.
   *
   * @param bounds times that are believed
   * @param sampler which items are read at all
   */
  record Settings(
      TimeBounds bounds,
      Sampler sampler,
      SpaceDirectory.Factory spaces,
      CompareVersionsFunction.Settings comparing) {}

  /** The streams that come out. */
  record Outputs(DataStream<EmbeddingStability> stability, DataStream<DeadLetter> dead) {}

  static Outputs build(DataStream<RawEvent> embeddings, Settings settings) {
    var sampled =
        embeddings
            .process(
                new DecodeFunction<>(
                    new EmbeddingDecoder(settings.bounds(), settings.sampler(), settings.spaces()),
                    SampledVectorSerializer.TYPE,
                    settings.bounds()))
            .uid("sample-embedding")
            .name("sample embedding");
    var compared =
        sampled
            .keyBy(new BySpace(), Types.STRING)
            .process(
                new CompareVersionsFunction(settings.spaces(), settings.comparing()),
                EmbeddingStabilitySerializer.TYPE)
            .uid("compare-versions")
            .name("compare versions");
    return new Outputs(
        compared,
        sampled.getSideOutput(DeadLetters.TAG).union(compared.getSideOutput(DeadLetters.TAG)));
  }

  // A class and not a lambda: the graph is stored for recovery, and lambdas do not survive a
  // rebuild.
  private static final class BySpace implements KeySelector<SampledVector, String> {
    @Override
    public String getKey(SampledVector vector) {
      return vector.spaceId();
    }
  }
}
