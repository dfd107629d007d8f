package dev.runway.bench;

import dev.runway.bench.harness.LocalFlink;
import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.JoinKeySerializer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Nothing but waiting: a value is put with its prediction, read with its outcome, and read and
 * deleted at the end of its horizon. Who rings for it is what is compared: a timer of each key, or
 * one timer of each second of event time that knows its keys from a list. State moves between
 * subtasks by key group, so a list holds keys of one group only and lies in that group.
 */
final class ExpiryOperator extends AbstractStreamOperator<Boolean>
    implements OneInputStreamOperator<RawEvent, Boolean>, Triggerable<JoinKey, Long> {
  /** Who rings. */
  enum Timers {
    PER_KEY,
    PER_SECOND
  }

  private static final int VALUE_BYTES = 54;
  private static final long BUCKET_MILLIS = 1_000;

  /** Namespace of timers of keys. */
  private static final Long OF_KEY = 0L;

  private final Timers timers;
  private final long horizonMillis;

  private transient ValueState<byte[]> waiting;
  private transient InternalTimerService<Long> service;

  /** A key in each group, under which its lists lie. */
  private transient JoinKey[] listKeys;

  private transient byte[] value;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first event.
  ExpiryOperator(Timers timers, long horizonMillis) {
    this.timers = timers;
    this.horizonMillis = horizonMillis;
  }

  /** The operator between two halves of a workload and nothing. */
  static FlinkRun.Topology topology(Workload workload, Timers timers) {
    return (predictions, outcomes) -> {
      DataStream<RawEvent> all = predictions.union(outcomes);
      all.keyBy(event -> key(event), JoinKeySerializer.TYPE)
          .transform(
              "expiry", Types.BOOLEAN, new ExpiryOperator(timers, workload.horizon().toMillis()))
          .uid("expiry")
          .sinkTo(new DiscardingSink<>());
    };
  }

  private static JoinKey key(RawEvent event) {
    byte[] id = event.key();
    return id == null
        ? JoinKey.NONE
        : JoinKey.of(Workload.MODEL, new String(id, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void open() throws Exception {
    super.open();
    waiting =
        getPartitionedState(
            new ValueStateDescriptor<>(
                "waiting", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    service = getInternalTimerService("expiry", LongSerializer.INSTANCE, this);
    listKeys = keyOfEachGroup();
    value = new byte[VALUE_BYTES];
  }

  @Override
  public void processElement(StreamRecord<RawEvent> record) throws Exception {
    if (!record.getValue().topic().equals(Workload.PREDICTIONS)) {
      waiting.value();
      return;
    }
    waiting.update(value);
    long end = record.getTimestamp() + horizonMillis;
    if (timers == Timers.PER_KEY) {
      service.registerEventTimeTimer(OF_KEY, end);
      return;
    }
    long second = (end / BUCKET_MILLIS + 1) * BUCKET_MILLIS;
    JoinKey key = (JoinKey) getCurrentKey();
    setCurrentKey(listKeys[group(key)]);
    ending(second).add(key);
    // Set again for every key of the list: who set it first is in memory, and lost by a restart.
    service.registerEventTimeTimer(second, second);
  }

  private ListState<JoinKey> ending(long second) throws Exception {
    return getPartitionedState(
        second,
        LongSerializer.INSTANCE,
        new ListStateDescriptor<>("ending", JoinKeySerializer.TYPE));
  }

  private static int group(JoinKey key) {
    return KeyGroupRangeAssignment.assignToKeyGroup(key, LocalFlink.MAX_PARALLELISM);
  }

  private static JoinKey[] keyOfEachGroup() {
    JoinKey[] keys = new JoinKey[LocalFlink.MAX_PARALLELISM];
    int found = 0;
    for (int i = 0; found < keys.length; i++) {
      JoinKey key = JoinKey.of(Workload.MODEL, "list-" + i);
      if (keys[group(key)] == null) {
        keys[group(key)] = key;
        found++;
      }
    }
    return keys;
  }

  @Override
  public void onEventTime(InternalTimer<JoinKey, Long> timer) throws Exception {
    if (timers == Timers.PER_KEY) {
      end();
      return;
    }
    ListState<JoinKey> list = ending(timer.getNamespace());
    List<JoinKey> keys = new ArrayList<>();
    list.get().forEach(keys::add);
    list.clear();
    for (JoinKey key : keys) {
      setCurrentKey(key);
      end();
    }
  }

  private void end() throws Exception {
    if (waiting.value() != null) {
      waiting.clear();
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<JoinKey, Long> timer) {
    throw new IllegalStateException("no timer of processing time is set");
  }
}
