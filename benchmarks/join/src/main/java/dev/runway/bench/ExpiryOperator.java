package dev.runway.bench;

import dev.runway.flink.RawEvent;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.groundtruth.state.JoinKeySerializer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
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
 * one timer of each second of event time that knows its keys from a list. One subtask, so that a
 * list's key is always its own.
 */
final class ExpiryOperator extends AbstractStreamOperator<Boolean>
    implements OneInputStreamOperator<RawEvent, Boolean>, Triggerable<JoinKey, VoidNamespace> {
  /** Who rings. */
  enum Timers {
    PER_KEY,
    PER_SECOND
  }

  private static final int VALUE_BYTES = 54;
  private static final long BUCKET_MILLIS = 1_000;
  private static final String BUCKET = "second-";

  private final Timers timers;
  private final long horizonMillis;

  private transient ValueState<byte[]> waiting;
  private transient ListState<JoinKey> ending;
  private transient InternalTimerService<VoidNamespace> service;
  private transient Set<Long> rung;
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
    ending = getPartitionedState(new ListStateDescriptor<>("ending", JoinKeySerializer.TYPE));
    service = getInternalTimerService("expiry", VoidNamespaceSerializer.INSTANCE, this);
    rung = new HashSet<>();
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
      service.registerEventTimeTimer(VoidNamespace.INSTANCE, end);
      return;
    }
    long bucket = (end / BUCKET_MILLIS + 1) * BUCKET_MILLIS;
    JoinKey key = (JoinKey) getCurrentKey();
    setCurrentKey(bucketKey(bucket));
    ending.add(key);
    if (rung.add(bucket)) {
      service.registerEventTimeTimer(VoidNamespace.INSTANCE, bucket);
    }
  }

  private static JoinKey bucketKey(long bucket) {
    return JoinKey.of(Workload.MODEL, BUCKET + bucket);
  }

  @Override
  public void onEventTime(InternalTimer<JoinKey, VoidNamespace> timer) throws Exception {
    if (timers == Timers.PER_KEY) {
      end();
      return;
    }
    List<JoinKey> keys = new ArrayList<>();
    ending.get().forEach(keys::add);
    ending.clear();
    rung.remove(timer.getTimestamp());
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
  public void onProcessingTime(InternalTimer<JoinKey, VoidNamespace> timer) {
    throw new IllegalStateException("no timer of processing time is set");
  }
}
