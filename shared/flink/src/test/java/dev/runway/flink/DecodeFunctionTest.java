package dev.runway.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.model.DeadLetter;
import dev.runway.model.Heartbeat;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.metrics.groups.InternalOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingOperatorMetricGroup;
import org.apache.flink.runtime.metrics.util.InterceptingTaskMetricGroup;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodeFunctionTest {
  private final InterceptingOperatorMetricGroup metrics = new InterceptingOperatorMetricGroup();
  private OneInputStreamOperatorTestHarness<RawEvent, String> harness;

  @BeforeEach
  void open() throws Exception {
    harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new DecodeFunction<>(DecodeFunctionTest::decode, Types.STRING)),
            environment());
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void poisonAmongEvents_becomesADeadLetterAndHarmsNoNeighbour() throws Exception {
    process("a", "poison", "b");

    assertThat(harness.extractOutputValues()).containsExactly("a", "b");
    DeadLetter dead = deadLetters().get(0);
    assertThat(dead.id()).isEqualTo("t/3/42/NOT_JSON");
    assertThat(dead.bytes()).isEqualTo(Raw.bytes("poison"));
    assertThat(dead.recordedAtMillis()).isEqualTo(Raw.KAFKA_TIME);
    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void tombstone_isRefusedByItsDecoderOnly() throws Exception {
    process((String) null);

    assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.EMPTY);
  }

  @Test
  void heartbeat_endsHere() throws Exception {
    harness.processElement(new StreamRecord<>(Raw.heartbeat(1)));

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(harness.getSideOutput(DeadLetters.TAG)).isNull();
  }

  @Test
  void heartbeatInMicroseconds_isADeadLetter() throws Exception {
    harness.processElement(new StreamRecord<>(Raw.heartbeat(Raw.KAFKA_TIME * 1_000)));

    assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.FUTURE);
    assertThat(deadLetters()).extracting(DeadLetter::field).containsExactly(Heartbeat.HEADER);
    assertThat(count("heartbeats")).isZero();
    assertThat(count("dead")).isEqualTo(1);
  }

  @Test
  void heartbeatThatIsNoNumber_isADeadLetter() throws Exception {
    harness.processElement(new StreamRecord<>(Raw.heartbeat(Raw.bytes("noon"))));

    assertThat(deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.BAD_VALUE);
  }

  @Test
  void eventWithHeartbeatHeader_isDecoded() throws Exception {
    RawEvent event = Raw.withHeader(Raw.event("k", "a"), Heartbeat.HEADER, Heartbeat.write(1));
    harness.processElement(new StreamRecord<>(event));

    assertThat(harness.extractOutputValues()).containsExactly("a");
    assertThat(count("heartbeats")).isZero();
  }

  @Test
  void eventForNobody_isSkipped() throws Exception {
    process("skip");

    assertThat(harness.extractOutputValues()).isEmpty();
    assertThat(harness.getSideOutput(DeadLetters.TAG)).isNull();
  }

  @Test
  void counters_addUpOverEveryFate() throws Exception {
    process("a", "poison", "skip", "b", null, "c");
    harness.processElement(new StreamRecord<>(Raw.heartbeat(1)));

    assertThat(count("received")).isEqualTo(7);
    assertThat(count("decoded")).isEqualTo(3);
    assertThat(count("skipped")).isEqualTo(1);
    assertThat(count("dead")).isEqualTo(2);
    assertThat(count("heartbeats")).isEqualTo(1);
  }

  @Test
  void letterMetWhileOpening_leavesWithTheFirstRecordOfAnyKind() throws Exception {
    for (RawEvent first : List.of(Raw.heartbeat(1), Raw.event("k", "poison"))) {
      try (var opened =
          new OneInputStreamOperatorTestHarness<RawEvent, String>(
              new ProcessOperator<>(new DecodeFunction<>(new RefusesInOpen(), Types.STRING)))) {
        opened.open();
        opened.processElement(new StreamRecord<>(first));
        opened.processElement(new StreamRecord<>(Raw.heartbeat(2)));

        assertThat(opened.getSideOutput(DeadLetters.TAG))
            .extracting(StreamRecord::getValue)
            .extracting(DeadLetter::topic)
            .containsOnlyOnce("models");
      }
    }
  }

  @Test
  void bugInDecoder_failsTheJob() {
    assertThatThrownBy(() -> process("bug")).isInstanceOf(IllegalStateException.class);
  }

  private long count(String name) {
    return ((Counter) metrics.get(name)).getCount();
  }

  private MockEnvironment environment() {
    return new MockEnvironmentBuilder()
        .setMetricGroup(
            new InterceptingTaskMetricGroup() {
              @Override
              public InternalOperatorMetricGroup getOrAddOperator(
                  OperatorID id, String name, Map<String, String> variables) {
                return metrics;
              }
            })
        .build();
  }

  private void process(String... values) throws Exception {
    for (String value : values) {
      harness.processElement(new StreamRecord<>(Raw.event("k", value), Raw.KAFKA_TIME));
    }
  }

  private List<DeadLetter> deadLetters() {
    return harness.getSideOutput(DeadLetters.TAG).stream().map(StreamRecord::getValue).toList();
  }

  private static String decode(RawEvent raw) throws MalformedEvent {
    if (raw.value() == null) {
      throw new MalformedEvent(Reason.EMPTY, null, "no bytes");
    }
    String text = new String(raw.value(), StandardCharsets.UTF_8);
    return switch (text) {
      case "poison" -> throw new MalformedEvent(Reason.NOT_JSON, null, "found poison");
      case "skip" -> null;
      case "bug" -> throw new IllegalStateException("a bug");
      default -> text;
    };
  }

  private static final class RefusesInOpen implements Decoder<String> {
    @Override
    public void open(ModelDirectory.Refused refused) {
      refused.take(new DeadLetter("models", 0, 1, Reason.NOT_JSON, null, "", 2, new byte[0], 0));
    }

    @Override
    public String decode(RawEvent raw) throws MalformedEvent {
      return DecodeFunctionTest.decode(raw);
    }
  }
}
