package dev.runway.flink.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keyed state of version 1 in a job of version 2, through a real snapshot of each backend. */
class StateMigrationTest {
  @AfterEach
  void newestAgain() {
    Tally.Serializer.newest = 2;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void olderState_isMigratedAndGoesOn(boolean rocks) throws Exception {
    OperatorSubtaskState old = runVersion1(rocks);

    Tally.Serializer.newest = 2;
    OperatorSubtaskState migrated;
    try (var harness = harness(rocks)) {
      harness.initializeState(old);
      harness.open();
      harness.processElement("a", 3);
      harness.processElement("c", 4);

      assertThat(harness.extractOutputValues()).containsExactly("a=3 before version 2", "c=1 new");
      migrated = harness.snapshot(2, 5);
    }
    try (var harness = harness(rocks)) {
      harness.initializeState(migrated);
      harness.open();
      harness.processElement("b", 6);
      harness.processElement("c", 7);

      assertThat(harness.extractOutputValues()).containsExactly("b=2 before version 2", "c=2 new");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void newerState_isRefused(boolean rocks) throws Exception {
    OperatorSubtaskState newer;
    try (var harness = harness(rocks)) {
      harness.open();
      harness.processElement("a", 1);
      newer = harness.snapshot(1, 2);
    }

    Tally.Serializer.newest = 1;
    ThrowingCallable restore =
        () -> {
          try (var harness = harness(rocks)) {
            harness.initializeState(newer);
            harness.open();
          }
        };
    assertThatThrownBy(restore).hasStackTraceContaining("this release reads up to version 1");
  }

  private static OperatorSubtaskState runVersion1(boolean rocks) throws Exception {
    Tally.Serializer.newest = 1;
    try (var harness = harness(rocks)) {
      harness.open();
      harness.processElement("a", 1);
      harness.processElement("a", 1);
      harness.processElement("b", 2);
      return harness.snapshot(1, 3);
    }
  }

  private static KeyedOneInputStreamOperatorTestHarness<String, String, String> harness(
      boolean rocks) throws Exception {
    var harness =
        new KeyedOneInputStreamOperatorTestHarness<String, String, String>(
            new KeyedProcessOperator<>(new Count()), key -> key, Types.STRING);
    StateBackend backend = rocks ? new EmbeddedRocksDBStateBackend() : new HashMapStateBackend();
    harness.setStateBackend(backend);
    return harness;
  }

  private static final class Count extends KeyedProcessFunction<String, String, String> {
    private transient ValueState<Tally> tally;

    @Override
    public void open(OpenContext context) {
      tally =
          getRuntimeContext()
              .getState(
                  new ValueStateDescriptor<>(
                      "tally", VersionedTypeInfo.of(Tally.class, new Tally.Serializer())));
    }

    @Override
    public void processElement(String key, Context context, Collector<String> out)
        throws Exception {
      Tally held = tally.value();
      Tally next = held == null ? new Tally(1, "new") : new Tally(held.count + 1, held.note);
      tally.update(next);
      if (Tally.Serializer.newest >= 2) {
        out.collect(key + "=" + next);
      }
    }
  }
}
