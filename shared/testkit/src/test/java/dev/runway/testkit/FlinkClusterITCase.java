package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FlinkClusterITCase {

  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final AtomicBoolean FAILED_ONCE = new AtomicBoolean();

  @TempDir Path checkpoints;

  @Test
  void keyedStateInRocksDb_survivesAFailure() throws Exception {
    FAILED_ONCE.set(false);
    var settings = new Configuration();
    settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    StreamExecutionEnvironment environment = FLINK.environment(settings);
    environment.enableCheckpointing(50);

    DataStream<Long> counts =
        numbers(environment, 400).keyBy(n -> n % 3).process(new CountPerKey()).uid("count");

    List<Long> seen = counts.executeAndCollect(1_000);
    assertThat(FAILED_ONCE).isTrue();
    // 400 numbers in 3 classes: 134, 133, 133. A lost state would stop lower.
    assertThat(seen).hasSize(400).contains(134L);
    assertThat(seen.stream().filter(n -> n == 133L)).hasSize(3);
    assertThat(new File(checkpoints.toUri()).list()).isNotEmpty();
  }

  @Test
  void operatorWithoutUid_isRefused() {
    StreamExecutionEnvironment environment = FLINK.environment();
    numbers(environment, 1).map(n -> n + 1).returns(Types.LONG).print().uid("print");

    assertThatThrownBy(environment::execute)
        .hasMessageContaining("no UID or hash has been assigned");
  }

  @Test
  void typeThatNeedsKryo_isRefused() {
    StreamExecutionEnvironment environment = FLINK.environment();
    environment.setMaxParallelism(8);

    assertThatThrownBy(
            () ->
                numbers(environment, 1)
                    .map(n -> new StringBuilder())
                    .uid("map")
                    .print()
                    .uid("print")
                    .getTransformation()
                    .getInputs()
                    .get(0)
                    .getOutputType()
                    .createSerializer(environment.getConfig().getSerializerConfig()))
        .hasMessageContaining("Generic types have been disabled");
  }

  private static DataStream<Long> numbers(StreamExecutionEnvironment environment, long count) {
    var source =
        new DataGeneratorSource<Long>(
            n -> n, count, RateLimiterStrategy.perSecond(400), Types.LONG);
    return environment
        .fromSource(source, WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .setParallelism(1);
  }

  /** Counts per key, and fails once after some checkpoints. */
  private static final class CountPerKey extends KeyedProcessFunction<Long, Long, Long> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(Long value, Context context, Collector<Long> out) throws Exception {
      if (value == 200 && FAILED_ONCE.compareAndSet(false, true)) {
        throw new IllegalStateException("asked for by the test");
      }
      long next = (count.value() == null ? 0 : count.value()) + 1;
      count.update(next);
      out.collect(next);
    }
  }
}
