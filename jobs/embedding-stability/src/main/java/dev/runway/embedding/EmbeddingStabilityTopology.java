package dev.runway.embedding;

import dev.runway.embedding.compare.CompareVersionsFunction;
import dev.runway.embedding.mixture.DeclaredUsesSerializer;
import dev.runway.embedding.mixture.DetectMixturesFunction;
import dev.runway.embedding.mixture.EmbeddingMixtureSerializer;
import dev.runway.embedding.mixture.UseBundle;
import dev.runway.embedding.mixture.UseDelta;
import dev.runway.embedding.mixture.UseDeltaSerializer;
import dev.runway.embedding.mixture.UsesDecoder;
import dev.runway.embedding.space.SpaceDirectory;
import dev.runway.embedding.state.EmbeddingStabilitySerializer;
import dev.runway.embedding.state.SampledVector;
import dev.runway.embedding.state.SampledVectorSerializer;
import dev.runway.embedding.traffic.EmbeddingTrafficSerializer;
import dev.runway.embedding.traffic.MeasureTrafficFunction;
import dev.runway.embedding.traffic.TrafficBundle;
import dev.runway.embedding.traffic.TrafficDelta;
import dev.runway.embedding.traffic.TrafficDeltaSerializer;
import dev.runway.flink.BundleOperator;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeadLetter;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingTraffic;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Embeddings x spaces, as streams.
 *
 * <pre>
 * embeddings -> sample-embedding -+-> compare-versions -> stability
 *                      |          |          |
 *                      '-> dead letters <----'
 *                                 '-> bundle-traffic -> measure-traffic -> traffic
 * predictions -> find-declared-embeddings -> bundle-uses -> detect-mixtures -> mixtures
 * </pre>
 *
 * <p>Sampling is chained to the source; only the items of the sample cross the network, to where
 * their space is. Of traffic and of predictions only sums do.
 */
final class EmbeddingStabilityTopology {
  private EmbeddingStabilityTopology() {}

  /**
   * What shapes the topology.
   *
   * @param bounds times that are believed
   * @param sampler which items are read at all
   * @param models those whose predictions are looked at
   */
  record Settings(
      TimeBounds bounds,
      Sampler sampler,
      SpaceDirectory.Factory spaces,
      ModelDirectory.Factory models,
      CompareVersionsFunction.Settings comparing,
      MeasureTrafficFunction.Settings measuring,
      DetectMixturesFunction.Settings detecting) {}

  /** The streams that come out. */
  record Outputs(
      DataStream<EmbeddingStability> stability,
      DataStream<EmbeddingTraffic> traffic,
      DataStream<EmbeddingMixture> mixtures,
      DataStream<DeadLetter> dead) {}

  /** Sums of windows that a subtask holds at most. */
  private static final int BUNDLE_TRAFFIC = 4_096;

  /**
   * Their memory: of few windows all that comes between two checkpoints is added up, and of a
   * catalogue that is sent again, over thousands of windows, some thousand vectors.
   */
  private static final long BUNDLE_TRAFFIC_BYTES = 26L << 20;

  /** Counts of windows that a subtask holds at most: of a few spaces a kilobyte each. */
  private static final int BUNDLE_USES = 2_000;

  /** What is added up before it leaves at the latest; a checkpoint comes before that. */
  private static final int BUNDLE_ELEMENTS = 1_000_000;

  static Outputs build(
      DataStream<RawEvent> embeddings, DataStream<RawEvent> predictions, Settings settings) {
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
        measure(sampled, settings),
        detect(predictions, settings),
        sampled.getSideOutput(DeadLetters.TAG).union(compared.getSideOutput(DeadLetters.TAG)));
  }

  private static DataStream<EmbeddingTraffic> measure(
      DataStream<SampledVector> sampled, Settings settings) {
    return BundleOperator.bundleUntilBarrier(
            sampled,
            new TrafficBundle(settings.measuring().window()),
            BUNDLE_TRAFFIC,
            BUNDLE_ELEMENTS,
            BUNDLE_TRAFFIC_BYTES,
            TrafficDeltaSerializer.TYPE,
            "bundle-traffic")
        .keyBy(new ByVersion(), Types.STRING)
        .process(
            new MeasureTrafficFunction(settings.spaces(), settings.measuring()),
            EmbeddingTrafficSerializer.TYPE)
        .uid("measure-traffic")
        .name("measure traffic");
  }

  private static DataStream<EmbeddingMixture> detect(
      DataStream<RawEvent> predictions, Settings settings) {
    var declared =
        predictions
            .process(
                new DecodeFunction<>(
                    new UsesDecoder(settings.bounds(), settings.sampler(), settings.models()),
                    DeclaredUsesSerializer.TYPE,
                    settings.bounds()))
            .uid("find-declared-embeddings")
            .name("find declared embeddings");
    return BundleOperator.bundleUntilBarrier(
            declared,
            new UseBundle(settings.detecting().window()),
            BUNDLE_USES,
            BUNDLE_ELEMENTS,
            UseDeltaSerializer.TYPE,
            "bundle-uses")
        .keyBy(new ByModelVersion(), Types.STRING)
        .process(
            new DetectMixturesFunction(settings.spaces(), settings.detecting()),
            EmbeddingMixtureSerializer.TYPE)
        .uid("detect-mixtures")
        .name("detect mixtures");
  }

  private static final class ByVersion implements KeySelector<TrafficDelta, String> {
    @Override
    public String getKey(TrafficDelta delta) {
      return delta.key();
    }
  }

  private static final class ByModelVersion implements KeySelector<UseDelta, String> {
    @Override
    public String getKey(UseDelta delta) {
      return delta.key();
    }
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
