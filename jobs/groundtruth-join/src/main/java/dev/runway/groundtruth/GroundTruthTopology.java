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
 * <p>Over the archive, where admitting is done, the rest runs in Flink's batch execution.
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
        join(admittedPredictions, admittedOutcomes, settings, false);
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
        addUp(joined, settings),
        joined.getSideOutput(JoinOutcomeFunction.LATE),
        dead);
  }

  /**
   * The same over the archive: final readings only, of the windows asked for.
   *
   * @param predictions bounded, with their times, in any order
   * @param outcomes bounded, with their times, in any order
   */
  static DataStream<PerformanceReading> master(
      DataStream<AdmittedPrediction> predictions,
      DataStream<AdmittedOutcome> outcomes,
      Settings settings,
      MasterRange range) {
    return addUp(join(predictions, outcomes, settings, true), settings)
        .process(new SelectReadings(range), PerformanceReadingSerializer.TYPE)
        .uid("select-readings")
        .name("select readings");
  }

  /**
   * The join.
   *
   * @param sorted whether batch execution sorts the events of a key by time
   */
  private static SingleOutputStreamOperator<Contribution> join(
      DataStream<AdmittedPrediction> predictions,
      DataStream<AdmittedOutcome> outcomes,
      Settings settings,
      boolean sorted) {
    return predictions
        .keyBy(new ByPrediction(), JoinKeySerializer.TYPE)
        .connect(outcomes.keyBy(new ByOutcome(), JoinKeySerializer.TYPE))
        .process(
            new JoinOutcomeFunction(
                settings.predictionsTopic(),
                settings.outcomesTopic(),
                settings.orphanWait(),
                settings.lateMemory(),
                sorted),
            ContributionSerializer.TYPE)
        .uid("join-outcome")
        .name("join outcome");
  }

  private static SingleOutputStreamOperator<PerformanceReading> addUp(
      DataStream<Contribution> joined, Settings settings) {
    return BundleOperator.bundle(
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
