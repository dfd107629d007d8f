package dev.runway.groundtruth;

import dev.runway.flink.DecodeFunction;
import dev.runway.flink.JobEnvironment;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.Options;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.AdmittedPrediction;
import dev.runway.groundtruth.state.AdmittedOutcomeSerializer;
import dev.runway.groundtruth.state.AdmittedPredictionSerializer;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.LabelStatus;
import dev.runway.model.Maturity;
import dev.runway.model.ModelDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The job's topology, as it is, between a benchmark's events and nothing; and its first half. */
public final class BenchmarkedJoin {
  /** Pairs that this join or a peer has found: one that drops events instead would be fast. */
  public static final LongAdder JOINED = new LongAdder();

  /** Events refused, of which a benchmark has none. */
  public static final LongAdder DEAD = new LongAdder();

  private BenchmarkedJoin() {}

  /** The whole job with these options, between its topics. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = GroundTruthOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    GroundTruthJob.define(env, options, false);
    return env;
  }

  /** The whole of it. */
  public static void define(
      DataStream<RawEvent> predictions, DataStream<RawEvent> outcomes, ModelDocument document) {
    var out =
        GroundTruthTopology.build(
            predictions,
            outcomes,
            new GroundTruthTopology.Settings(
                admitting(document),
                "predictions",
                "outcomes",
                Duration.ofSeconds(1),
                lateMemory(document),
                Duration.ofSeconds(10),
                2_000,
                20_000));
    out.truth()
        .filter(new IsLabelled())
        .uid("count-labelled")
        .sinkTo(new DiscardingSink<>())
        .uid("discard-truth");
    out.readings().sinkTo(new DiscardingSink<>()).uid("discard-readings");
    out.late().sinkTo(new DiscardingSink<>()).uid("discard-late");
    out.dead()
        .filter(new IsDead())
        .uid("count-dead")
        .sinkTo(new DiscardingSink<>())
        .uid("discard-dead");
  }

  /** A seventh of the horizon, as the job's defaults of a day and a week. */
  public static Duration lateMemory(ModelDocument document) {
    return document.horizon().dividedBy(7);
  }

  /** What every join begins with: bytes to checked predictions. */
  public static DataStream<AdmittedPrediction> predictions(
      DataStream<RawEvent> events, ModelDocument document) {
    return events
        .process(
            new DecodeFunction<>(
                new PredictionDecoder(admitting(document)),
                AdmittedPredictionSerializer.TYPE,
                admitting(document).bounds()))
        .uid("admit-prediction");
  }

  /** What every join begins with: bytes to checked outcomes. */
  public static DataStream<AdmittedOutcome> outcomes(
      DataStream<RawEvent> events, ModelDocument document) {
    return events
        .process(
            new DecodeFunction<>(
                new OutcomeDecoder(admitting(document)),
                AdmittedOutcomeSerializer.TYPE,
                admitting(document).bounds()))
        .uid("admit-outcome");
  }

  private static final class IsLabelled implements FilterFunction<GroundTruth> {
    @Override
    public boolean filter(GroundTruth truth) {
      if (truth.status() == LabelStatus.LABELLED && truth.maturity() == Maturity.FINAL) {
        JOINED.increment();
      }
      return false;
    }
  }

  private static final class IsDead implements FilterFunction<DeadLetter> {
    @Override
    public boolean filter(DeadLetter letter) {
      DEAD.increment();
      return false;
    }
  }

  private static Admitting admitting(ModelDocument document) {
    return new Admitting(TimeBounds.earliest(Instant.EPOCH), 1, ModelDirectory.fixed(document));
  }
}
