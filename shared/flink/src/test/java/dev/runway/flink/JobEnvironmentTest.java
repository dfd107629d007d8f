package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneId;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobEnvironmentTest {
  private final StreamExecutionEnvironment env = JobEnvironment.create(options());

  @Test
  void checkpoints_areSetInCode() {
    CheckpointConfig checkpoints = env.getCheckpointConfig();

    assertThat(checkpoints.getCheckpointInterval()).isEqualTo(3_000);
    assertThat(checkpoints.getCheckpointingConsistencyMode())
        .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
    assertThat(checkpoints.getExternalizedCheckpointRetention())
        .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    assertThat(checkpoints.getTolerableCheckpointFailureNumber()).isEqualTo(10);
    assertThat(env.getConfig().isObjectReuseEnabled()).isTrue();
    assertThat(env.getParallelism()).isEqualTo(2);
    assertThat(env.getMaxParallelism()).isEqualTo(1024);
  }

  @Test
  void environmentWithoutCheckpoints_isRefusedWithTheRemedy() {
    assertThatThrownBy(
            () ->
                JobEnvironment.requireCheckpointing(
                    StreamExecutionEnvironment.createLocalEnvironment()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("runway.checkpoint.interval");
  }

  @Test
  void operatorWithoutUid_failsTheBuild() {
    env.fromSequence(0, 1).sinkTo(new DiscardingSink<>());

    assertThatThrownBy(() -> env.getStreamGraph().getJobGraph())
        .hasStackTraceContaining("no UID or hash has been assigned");
  }

  @Test
  void kryoType_failsTheBuild() {
    assertThatThrownBy(
            () ->
                env.fromSequence(0, 1)
                    .uid("read")
                    .map(Duration::ofMillis)
                    .returns(Types.GENERIC(Duration.class))
                    .uid("map")
                    .sinkTo(new DiscardingSink<>())
                    .uid("write")
                    .getTransformation()
                    .getInputs()
                    .get(0)
                    .getOutputType()
                    .createSerializer(env.getConfig().getSerializerConfig()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Duration");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Etc/UTC", "Z", "GMT"})
  void utc_isAccepted(String zone) {
    assertThatCode(() -> JobEnvironment.requireUtc(ZoneId.of(zone))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/London", "Europe/Zurich", "+01:00"})
  void otherZone_isRefusedWithTheRemedy(String zone) {
    assertThatThrownBy(() -> JobEnvironment.requireUtc(ZoneId.of(zone)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("-Duser.timezone=UTC");
  }

  private static Options options() {
    return Options.from(
        new String[] {
          "--runway.kafka.bootstrap-servers", "a:1",
          "--runway.kafka.group", "g",
          "--runway.checkpoint.interval", "PT3S",
          "--runway.parallelism", "2"
        },
        CommonOptions.class);
  }
}
