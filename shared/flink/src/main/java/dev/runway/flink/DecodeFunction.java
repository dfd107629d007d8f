package dev.runway.flink;

import dev.runway.model.DeadLetter;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Decodes records. What breaks the contract leaves by {@link DeadLetters#TAG}; heartbeats end here.
 * Keeps no state.
 *
 * <p>Counters, one per fate: {@code received = decoded + skipped + dead + heartbeats}; {@code dead}
 * again per reason in the group {@code reason}.
 */
public final class DecodeFunction<T> extends ProcessFunction<RawEvent, T>
    implements ResultTypeQueryable<T> {
  private final Decoder<T> decoder;
  private final TypeInformation<T> type;
  private final TimeBounds bounds;

  private transient MetricGroup metrics;
  private transient Counter received;
  private transient Counter decoded;
  private transient Counter skipped;
  private transient Counter dead;
  private transient Counter heartbeats;
  private transient Map<Reason, Counter> deadByReason;

  /** Met while opening or looking up; emitted with the next record, for only then one can emit. */
  private transient List<DeadLetter> metOnTheWay;

  /** For topics that only Runway writes to, where nobody sends heartbeats. */
  public DecodeFunction(Decoder<T> decoder, TypeInformation<T> type) {
    this(decoder, type, TimeBounds.maxAge(Duration.ZERO));
  }

  /**
   * For topics of events.
   *
   * @param bounds which heartbeats are believed; those of the source's watermarks
   */
  @SuppressWarnings("NullAway.Init") // open() sets the metrics before the first record.
  public DecodeFunction(Decoder<T> decoder, TypeInformation<T> type, TimeBounds bounds) {
    this.decoder = decoder;
    this.type = type;
    this.bounds = bounds;
  }

  @Override
  public void open(OpenContext context) {
    metrics = getRuntimeContext().getMetricGroup();
    received = metrics.counter("received");
    decoded = metrics.counter("decoded");
    skipped = metrics.counter("skipped");
    dead = metrics.counter("dead");
    heartbeats = metrics.counter("heartbeats");
    deadByReason = new EnumMap<>(Reason.class);
    metOnTheWay = new ArrayList<>();
    decoder.open(metOnTheWay::add, metrics);
  }

  @Override
  public void close() {
    decoder.close();
  }

  @Override
  public void processElement(RawEvent raw, Context context, Collector<T> out) {
    received.inc();
    if (raw.isHeartbeat()) {
      hear(raw, context);
    } else {
      decode(raw, context, out);
    }
    emitMetOnTheWay(context);
  }

  private void hear(RawEvent raw, Context context) {
    try {
      EventChecks.requireSaneHeartbeat(raw, bounds);
      heartbeats.inc();
    } catch (MalformedEvent cause) {
      refuse(raw, cause, context);
    }
  }

  private void decode(RawEvent raw, Context context, Collector<T> out) {
    T event;
    try {
      event = decoder.decode(raw);
    } catch (MalformedEvent cause) {
      refuse(raw, cause, context);
      return;
    }
    if (event == null) {
      skipped.inc();
    } else {
      decoded.inc();
      out.collect(event);
    }
  }

  private void refuse(RawEvent raw, MalformedEvent cause, Context context) {
    count(cause.reason());
    context.output(DeadLetters.TAG, DeadLetters.of(raw, cause));
  }

  private void emitMetOnTheWay(Context context) {
    if (!metOnTheWay.isEmpty()) {
      metOnTheWay.forEach(letter -> context.output(DeadLetters.TAG, letter));
      metOnTheWay.clear();
    }
  }

  private void count(Reason reason) {
    dead.inc();
    deadByReason
        .computeIfAbsent(reason, r -> metrics.addGroup("reason", r.name()).counter("dead"))
        .inc();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }
}
