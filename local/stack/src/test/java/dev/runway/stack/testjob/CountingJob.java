package dev.runway.stack.testjob;

import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/** Counts numbers for ever, so that there is something to kill and to resume. */
public final class CountingJob {

  private static final int PER_SECOND = 200;
  private static final int KEYS = 10;

  private CountingJob() {}

  public static void main(String[] arguments) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    if (!env.getCheckpointConfig().isCheckpointingEnabled()) {
      throw new IllegalStateException("the configuration of the stack has no checkpoint interval");
    }
    // State in files of its own, however small: a test can then damage it.
    env.configure(
        new Configuration().set(CheckpointingOptions.FS_SMALL_FILE_THRESHOLD, MemorySize.ZERO));
    DataGeneratorSource<Long> numbers =
        new DataGeneratorSource<>(
            new Index(), Long.MAX_VALUE, RateLimiterStrategy.perSecond(PER_SECOND), Types.LONG);
    env.fromSource(numbers, WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .keyBy(new Remainder())
        .process(new Count())
        .uid("count")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");
    env.execute("counting");
  }

  /** The number itself. */
  public static final class Index implements GeneratorFunction<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long map(Long index) {
      return index;
    }
  }

  /** A few keys. */
  public static final class Remainder implements KeySelector<Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Long getKey(Long number) {
      return number % KEYS;
    }
  }

  /** How many numbers of its key came so far. */
  public static final class Count extends KeyedProcessFunction<Long, Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) throws Exception {
      ValueState<Long> state =
          getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
      Long before = state.value();
      long now = before == null ? 1 : before + 1;
      state.update(now);
      out.collect(now);
    }
  }
}
