package dev.runway.retraintrigger;

import dev.runway.flink.JobEnvironment;
import dev.runway.flink.Options;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RecordFormat;
import dev.runway.flink.TimeBounds;
import dev.runway.retraintrigger.decision.TriggerSettings;
import dev.runway.retraintrigger.known.KnownFeed;
import dev.runway.retraintrigger.stream.Settled;
import java.time.Instant;
import java.util.Objects;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The job's topology, as it is, between a benchmark's readings and nothing; and the whole job. */
public final class BenchmarkedTrigger {
  private BenchmarkedTrigger() {}

  /** The whole job with these options, between its topics, not yet submitted. */
  public static StreamExecutionEnvironment job(String... arguments) {
    Options options = RetrainTriggerOptions.from(arguments);
    StreamExecutionEnvironment env = JobEnvironment.create(options);
    RetrainTriggerJob.define(env, options);
    return env;
  }

  /**
   * The topology with the job's defaults. What it says is written as the bytes of its records and
   * thrown away; nothing comes back to it.
   *
   * @param silence without a record
   * @param known what the job knows of models
   */
  public static void define(
      DataStream<RawEvent> drift,
      DataStream<RawEvent> ticks,
      DataStream<RawEvent> silence,
      KnownFeed.Factory known) {
    var out =
        RetrainTriggerTopology.build(
            new RetrainTriggerTopology.Inputs(drift, silence, silence, ticks, silence, silence),
            new RetrainTriggerTopology.Settings(
                TimeBounds.earliest(Instant.EPOCH),
                false,
                "retrains",
                Settled.WAIT_MILLIS,
                known,
                TriggerSettings.standard()));
    discard(out.states(), new RetrainTriggerFormats.OfStaleness(), "states");
    discard(out.decisions(), new RetrainTriggerFormats.OfDecision(), "decisions");
    discard(out.commands(), new RetrainTriggerFormats.OfCommand(), "commands");
    out.ticks().sinkTo(new DiscardingSink<>()).uid("discard-ticks");
    out.dead().sinkTo(new DiscardingSink<>()).uid("discard-dead");
  }

  private static <T> void discard(DataStream<T> said, RecordFormat<T> format, String what) {
    said.map(new Written<>(format))
        .returns(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO)
        .uid("write-" + what)
        .sinkTo(new DiscardingSink<>())
        .uid("discard-" + what);
  }

  private record Written<T>(RecordFormat<T> format) implements MapFunction<T, byte[]> {
    @Override
    public byte[] map(T said) {
      return Objects.requireNonNull(format.value(said));
    }
  }
}
