package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.UUID;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

class TopologyContractTest {

  @Test
  void jobAsItShouldBe_passes() {
    StreamExecutionEnvironment environment = environment();
    twoSteps(environment);

    TopologyContract.require("two-steps", environment);
  }

  @Test
  void operatorWithItsOwnParallelism_isNamed() {
    StreamExecutionEnvironment environment = environment();
    twoSteps(environment).name("alone").setParallelism(1);

    assertThatThrownBy(() -> TopologyContract.require("two-steps", environment))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("alone");
    TopologyContract.require("two-steps", environment, Set.of("double-number"));
  }

  @Test
  void operatorThatShouldBeAlone_isSoOrFails() {
    StreamExecutionEnvironment environment = environment();
    twoSteps(environment);

    assertThatThrownBy(
            () -> TopologyContract.require("two-steps", environment, Set.of("double-number")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("double-number");
  }

  @Test
  void jobWithoutMaximumParallelism_fails() {
    StreamExecutionEnvironment environment = strict();
    twoSteps(environment);

    assertThatThrownBy(() -> TopologyContract.require("two-steps", environment))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("maximum parallelism");
  }

  @Test
  void jobThatAllowsKryo_fails() {
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    environment.setMaxParallelism(128);
    twoSteps(environment);

    assertThatThrownBy(() -> TopologyContract.require("two-steps", environment))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("generic-types");
  }

  @Test
  void streamThatOnlyKryoCanWrite_fails() {
    StreamExecutionEnvironment environment = environment();
    environment
        .fromSequence(1, 2)
        .uid("numbers")
        .map(n -> new UUID(n, n))
        .returns(TypeInformation.of(UUID.class))
        .uid("double-number")
        .sinkTo(new DiscardingSink<>())
        .uid("discard");

    assertThatThrownBy(() -> TopologyContract.requireNoKryo(environment))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("UUID");
  }

  private static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment environment = strict();
    environment.setMaxParallelism(128);
    environment.setParallelism(2);
    return environment;
  }

  private static StreamExecutionEnvironment strict() {
    return StreamExecutionEnvironment.getExecutionEnvironment(
        new Configuration().set(PipelineOptions.GENERIC_TYPES, false));
  }

  private static SingleOutputStreamOperator<Long> twoSteps(StreamExecutionEnvironment environment) {
    SingleOutputStreamOperator<Long> doubled =
        environment.fromSequence(1, 2).uid("numbers").map(n -> 2 * n).uid("double-number");
    doubled.sinkTo(new DiscardingSink<>()).uid("discard");
    return doubled;
  }
}
