package dev.runway.retraintrigger;

import dev.runway.flink.DeadLetters;
import dev.runway.flink.DecodeFunction;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DeadLetter;
import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.KnownFeed;
import dev.runway.retraintrigger.stream.DatedTick;
import dev.runway.retraintrigger.stream.DatedTickSerializer;
import dev.runway.retraintrigger.stream.FleetTick;
import dev.runway.retraintrigger.stream.FleetTickSerializer;
import dev.runway.retraintrigger.stream.JudgeModelsOperator;
import dev.runway.retraintrigger.stream.KeepTicksOperator;
import dev.runway.retraintrigger.stream.ReadingDecoder;
import dev.runway.retraintrigger.stream.SeenReading;
import dev.runway.retraintrigger.stream.SeenReadingSerializer;
import dev.runway.retraintrigger.stream.SpaceConsumers;
import dev.runway.retraintrigger.stream.StalenessSerializer;
import dev.runway.retraintrigger.stream.WatchFleetOperator;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/**
 * Readings x ticks -> states, decisions and commands.
 *
 * <pre>
 * drift -------> decode-drift -------+-> by model -> judge-models -> states, decisions, commands
 * performance -> decode-performance -|                   ^
 * spaces -> decode-spaces -> tell-consumers              | to all subtasks
 * ticks -> keep-ticks -> watch-fleet --------------------'
 *              |             ^
 *              '-> new ticks '-- states and commands, as their topics bring them back
 * </pre>
 *
 * <p>All streams have the append times of their records as timestamps, and watermarks that say up
 * to which one every partition has been read.
 */
final class RetrainTriggerTopology {
  private RetrainTriggerTopology() {}

  /**
   * What shapes the topology.
   *
   * @param bounds ends of windows that are believed
   * @param writesTicks whether the job makes ticks by its own clock
   * @param retrains full name of the topic of commands
   * @param waitMillis how long after its append a tick waits for records that are on the way
   */
  record Settings(
      TimeBounds bounds,
      boolean writesTicks,
      String retrains,
      long waitMillis,
      KnownFeed.Factory known,
      TriggerSettings trigger) {}

  /** The streams that go in: records of topics. */
  record Inputs(
      DataStream<RawEvent> drift,
      DataStream<RawEvent> performance,
      DataStream<RawEvent> spaces,
      DataStream<RawEvent> ticks,
      DataStream<RawEvent> staleness,
      DataStream<RawEvent> retrains) {}

  /** The streams that come out. */
  record Outputs(
      DataStream<Staleness> states,
      DataStream<Decision> decisions,
      DataStream<RetrainCommand> commands,
      DataStream<DatedTick> ticks,
      DataStream<DeadLetter> dead) {}

  static Outputs build(Inputs in, Settings settings) {
    SingleOutputStreamOperator<SeenReading> drift =
        decode(in.drift(), ReadingDecoder.ofDrift(settings.bounds()), "decode-drift");
    SingleOutputStreamOperator<SeenReading> performance =
        decode(
            in.performance(),
            ReadingDecoder.ofPerformance(settings.bounds()),
            "decode-performance");
    SingleOutputStreamOperator<SeenReading> spaces =
        decode(in.spaces(), ReadingDecoder.ofSpaces(settings.bounds()), "decode-spaces");
    DataStream<SeenReading> toConsumers =
        spaces
            .flatMap(new SpaceConsumers())
            .returns(SeenReadingSerializer.TYPE)
            .uid("tell-consumers")
            .name("tell consumers");
    SingleOutputStreamOperator<DatedTick> ticks =
        in.ticks()
            .transform(
                "keep ticks",
                DatedTickSerializer.TYPE,
                new KeepTicksOperator(settings.writesTicks()))
            .uid("keep-ticks")
            .setParallelism(1);
    SingleOutputStreamOperator<FleetTick> fleet =
        ticks
            .connect(in.staleness().union(in.retrains()))
            .transform(
                "watch fleet",
                FleetTickSerializer.TYPE,
                new WatchFleetOperator(
                    settings.known(), settings.retrains(), settings.waitMillis()))
            .uid("watch-fleet")
            .setParallelism(1);
    SingleOutputStreamOperator<Staleness> judged =
        judge(drift.union(performance, toConsumers), fleet, settings);
    return new Outputs(
        judged,
        judged.getSideOutput(JudgeModelsOperator.DECISIONS),
        judged.getSideOutput(JudgeModelsOperator.COMMANDS),
        ticks.getSideOutput(KeepTicksOperator.NEW),
        drift
            .getSideOutput(DeadLetters.TAG)
            .union(
                performance.getSideOutput(DeadLetters.TAG),
                spaces.getSideOutput(DeadLetters.TAG),
                ticks.getSideOutput(DeadLetters.TAG),
                fleet.getSideOutput(DeadLetters.TAG),
                judged.getSideOutput(DeadLetters.TAG)));
  }

  private static SingleOutputStreamOperator<SeenReading> decode(
      DataStream<RawEvent> readings, ReadingDecoder decoder, String uid) {
    return readings
        .process(new DecodeFunction<>(decoder, SeenReadingSerializer.TYPE))
        .uid(uid)
        .name(uid.replace('-', ' '));
  }

  /**
   * Readings by model, ticks to all subtasks. Of a broadcast stream Flink's own functions see no
   * watermark and have no moment before a barrier, so this is put together by hand.
   */
  private static SingleOutputStreamOperator<Staleness> judge(
      DataStream<SeenReading> readings, DataStream<FleetTick> ticks, Settings settings) {
    StreamExecutionEnvironment env = readings.getExecutionEnvironment();
    TwoInputTransformation<SeenReading, FleetTick, Staleness> judge =
        new TwoInputTransformation<>(
            readings.keyBy(new ByModel(), Types.STRING).getTransformation(),
            ticks.broadcast().getTransformation(),
            "judge models",
            SimpleOperatorFactory.of(
                new JudgeModelsOperator(
                    settings.known(), settings.trigger(), settings.waitMillis())),
            StalenessSerializer.TYPE,
            env.getParallelism());
    judge.setStateKeySelectors(new ByModel(), null);
    judge.setStateKeyType(Types.STRING);
    env.addOperator(judge);
    return new Judged(env, judge).uid("judge-models");
  }

  /** A stream of a transformation that was put together by hand. */
  private static final class Judged extends SingleOutputStreamOperator<Staleness> {
    Judged(
        StreamExecutionEnvironment env,
        TwoInputTransformation<SeenReading, FleetTick, Staleness> judge) {
      super(env, judge);
    }
  }

  // A class and not a lambda: the graph is stored for recovery, and lambdas do not survive a
  // rebuild.
  static final class ByModel implements KeySelector<SeenReading, String> {
    @Override
    public String getKey(SeenReading reading) {
      return reading.modelId();
    }
  }
}
