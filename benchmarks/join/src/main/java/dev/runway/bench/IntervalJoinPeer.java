package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.BenchmarkedJoin;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.JoinKeySerializer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.co.ProcessJoinFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * Flink's own {@code intervalJoin} on the same decoded events, with our keys and our serializers,
 * so that it has nothing against it but its own way. It pairs, and does no more: no duplicates told
 * from conflicts, no corrections, no final verdicts, no windows.
 */
final class IntervalJoinPeer implements FlinkRun.Topology {
  private final Workload workload;

  IntervalJoinPeer(Workload workload) {
    this.workload = workload;
  }

  @Override
  public void define(DataStream<RawEvent> predictions, DataStream<RawEvent> outcomes) {
    BenchmarkedJoin.predictions(predictions, workload.document())
        .keyBy(new ByPrediction(), JoinKeySerializer.TYPE)
        .intervalJoin(
            BenchmarkedJoin.outcomes(outcomes, workload.document())
                .keyBy(new ByOutcome(), JoinKeySerializer.TYPE))
        .between(java.time.Duration.ZERO, workload.horizon())
        .process(new Pair(), Types.BOOLEAN)
        .sinkTo(new DiscardingSink<>());
  }

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

  private static final class Pair
      extends ProcessJoinFunction<AdmittedPrediction, AdmittedOutcome, Boolean> {
    @Override
    public void processElement(
        AdmittedPrediction prediction,
        AdmittedOutcome outcome,
        Context context,
        Collector<Boolean> out) {
      BenchmarkedJoin.JOINED.increment();
      out.collect(prediction.decision() == outcome.actual() > 0);
    }
  }
}
