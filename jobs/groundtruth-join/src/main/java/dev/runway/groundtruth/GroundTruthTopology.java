package dev.runway.groundtruth;

import dev.runway.flink.BundleOperator;
import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.AdmittedOutcomeSerializer;
import dev.runway.groundtruth.state.AdmittedPredictionSerializer;
import dev.runway.groundtruth.state.ContributionSerializer;
import dev.runway.groundtruth.state.JoinKeySerializer;
import dev.runway.groundtruth.state.ModelVersionSerializer;
import dev.runway.groundtruth.state.PerformanceReadingSerializer;
import dev.runway.groundtruth.state.WindowDeltaSerializer;
import dev.runway.groundtruth.window.ModelVersion;
import dev.runway.groundtruth.window.WindowDelta;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LateOutcome;
import dev.runway.model.PerformanceReading;
import java.time.Duration;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Predictions x outcomes, as streams.
 *
 * <pre>
 * predictions -> admit -+
 *                       +-> join-outcome -> bundle-counts -> add-window -> readings
 * outcomes ----> admit -+        |-> ground truth
 *                                |-> late outcomes
 * dead letters of all of them <--'
 * </pre>
 *
 * <p>Both admitted streams and the final ground truth may be kept, see {@link
 * dev.runway.groundtruth.archive.Archive}.
 *
 * <p>Admitting is chained to the sources, bundling to the join; the network is crossed twice, with
 * cut-down events by join key and with bundles by model version.
 */
final class GroundTruthTopology {
  private GroundTruthTopology() {}

  /**
   * What shapes the topology.
   *
   * @param predictionsTopic full name, for the dead letters of the join
   * @param orphanWait how long an outcome waits for its prediction
   * @param lateMemory how long a closed prediction is remembered
   * @param showEvery how often provisional readings are shown
   * @param bundleWindows windows of model versions that a bundle holds at most
   * @param bundleEvents changes that a bundle takes at most
   */
  record Settings(
      Admitting admitting,
      String predictionsTopic,
      String outcomesTopic,
      Duration orphanWait,
      Duration lateMemory,
      Duration showEvery,
      int bundleWindows,
      int bundleEvents) {}

  /**
   * The streams that come out.
   *
   * @param predictions what was admitted, repeats and conflicts included
   * @param outcomes what was admitted, late ones and orphans included
   */
  record Outputs(
      DataStream<AdmittedPrediction> predictions,
      DataStream<AdmittedOutcome> outcomes,
      DataStream<GroundTruth> truth,
      DataStream<PerformanceReading> readings,
      DataStream<LateOutcome> late,
      DataStream<DeadLetter> dead) {}

  static Outputs build(
      DataStream<RawEvent> predictions, DataStream<RawEvent> outcomes, Settings settings) {
    var admittedPredictions =
        predictions
            .process(
                new DecodeFunction<>(
                    new PredictionDecoder(settings.admitting()),
                    AdmittedPredictionSerializer.TYPE,
                    settings.admitting().bounds()))
            .uid("admit-prediction")
            .name("admit prediction");
    var admittedOutcomes =
        outcomes
            .process(
                new DecodeFunction<>(
                    new OutcomeDecoder(settings.admitting()),
                    AdmittedOutcomeSerializer.TYPE,
                    settings.admitting().bounds()))
            .uid("admit-outcome")
            .name("admit outcome");

    SingleOutputStreamOperator<Contribution> joined =
        admittedPredictions
            .keyBy(new ByPrediction(), JoinKeySerializer.TYPE)
            .connect(admittedOutcomes.keyBy(new ByOutcome(), JoinKeySerializer.TYPE))
            .process(
                new JoinOutcomeFunction(
                    settings.predictionsTopic(),
                    settings.outcomesTopic(),
                    settings.orphanWait(),
                    settings.lateMemory()),
                ContributionSerializer.TYPE)
            .uid("join-outcome")
            .name("join outcome");

    DataStream<PerformanceReading> readings =
        BundleOperator.bundle(
                joined,
                new WindowBundle(),
                settings.bundleWindows(),
                settings.bundleEvents(),
                WindowDeltaSerializer.TYPE,
                "bundle-counts")
            .keyBy(new ByModelVersion(), ModelVersionSerializer.TYPE)
            .process(new WindowFunction(settings.showEvery()), PerformanceReadingSerializer.TYPE)
            .uid("add-window")
            .name("add window");

    DataStream<DeadLetter> dead =
        admittedPredictions
            .getSideOutput(DeadLetters.TAG)
            .union(
                admittedOutcomes.getSideOutput(DeadLetters.TAG),
                joined.getSideOutput(DeadLetters.TAG));
    return new Outputs(
        admittedPredictions,
        admittedOutcomes,
        joined.getSideOutput(JoinOutcomeFunction.TRUTH),
        readings,
        joined.getSideOutput(JoinOutcomeFunction.LATE),
        dead);
  }

  // Classes and not lambdas: the graph is stored for recovery, and lambdas do not survive a
  // rebuild.

  private static final class ByPrediction implements KeySelector<AdmittedPrediction, JoinKey> {
    @Override
    public JoinKey getKey(AdmittedPrediction event) {
      return event.key();
    }
  }

  private static final class ByOutcome implements KeySelector<AdmittedOutcome, JoinKey> {
    @Override
    public JoinKey getKey(AdmittedOutcome event) {
      return event.key();
    }
  }

  private static final class ByModelVersion implements KeySelector<WindowDelta, ModelVersion> {
    @Override
    public ModelVersion getKey(WindowDelta delta) {
      return delta.model();
    }
  }
}
