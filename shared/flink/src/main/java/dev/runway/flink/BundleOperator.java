package dev.runway.flink;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.TimestampedCollector;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Adds elements up in memory and hands on the sums: many events become few before a shuffle, and a
 * hot key is no longer hot.
 *
 * <p>The sums leave when there are too many keys or elements, before they would take more memory
 * than they may, before every checkpoint barrier, before every watermark or change of idleness, and
 * at the end. So it has no state of its own: behind a barrier or a watermark there is never
 * anything left that belongs before it. Where those behind it ask only for the ends of windows,
 * watermarks within a window may pass; where nobody asks for event time, all may, and bundles grow
 * until the barrier.
 *
 * <p>Sums carry no timestamp; what is needed of time is in them.
 *
 * <p>Counters: {@code elements} in, {@code bundles} out; {@code full-bundles} counts how often the
 * bound of bytes ended one. Many of them are many small sums behind the shuffle: give the bundle
 * more memory.
 */
public final class BundleOperator<I, K, A, O> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<I, O>, BoundedOneInput {
  /** Bytes of a bundle that only keys and elements bound. */
  public static final long ANY_BYTES = Long.MAX_VALUE;

  /**
   * Bytes of bundles that may take an eighth of their process's heap together, each at most 128 MB:
   * the subtasks of a job in one process share it evenly.
   */
  public static final long SHARE_OF_HEAP = 0;

  private static final long MOST_OF_HEAP = 128L << 20;

  /** Operators that are open in this process, of one job's class loader. */
  private static final AtomicInteger SHARING = new AtomicInteger();

  private static final long NEVER = Long.MAX_VALUE;

  private final BundleFunction<I, K, A, O> function;
  private final int maxKeys;
  private final int maxElements;
  private final long maxBytes;

  /** Watermarks are heeded that are the first in a span of so long; of 1 ms is every one. */
  private final long heedsEveryMillis;

  private transient Map<K, A> sums;
  private transient int buffered;

  /** Of all sums, as their function says. */
  private transient long bytes;

  private transient long mostBytes;
  private transient boolean sharing;
  private transient long heededSpan;
  private transient TimestampedCollector<O> out;
  private transient Counter elements;
  private transient Counter bundles;
  private transient Counter full;

  @SuppressWarnings("NullAway.Init") // open() sets the rest before the first element.
  BundleOperator(
      BundleFunction<I, K, A, O> function,
      int maxKeys,
      int maxElements,
      long maxBytes,
      long heedsEveryMillis) {
    if (maxKeys < 1 || maxElements < 1 || maxBytes < 0) {
      throw new IllegalArgumentException(
          "a bundle holds at least one key and one element, and some bytes, found %d, %d and %d"
              .formatted(maxKeys, maxElements, maxBytes));
    }
    this.function = function;
    this.maxKeys = maxKeys;
    this.maxElements = maxElements;
    this.maxBytes = maxBytes;
    this.heedsEveryMillis = heedsEveryMillis;
  }

  /**
   * Bundles a stream.
   *
   * @param maxKeys sums held at most; times their size is the memory it takes
   * @param maxElements elements added at most before the sums leave; bounds their delay under load
   * @param uid also the name in the web UI
   */
  public static <I, K, A, O> SingleOutputStreamOperator<O> bundle(
      DataStream<I> stream,
      BundleFunction<I, K, A, O> function,
      int maxKeys,
      int maxElements,
      TypeInformation<O> type,
      String uid) {
    return stream
        .transform(uid, type, new BundleOperator<>(function, maxKeys, maxElements, ANY_BYTES, 1))
        .uid(uid);
  }

  /**
   * Same for a stream where event time matters only by the ends of windows: watermarks overtake the
   * sums of the window they are in.
   *
   * @param maxBytes what all sums take together at most, by {@link BundleFunction#bytes}, or {@link
   *     #SHARE_OF_HEAP} or {@link #ANY_BYTES}; a sum that alone takes more leaves with its first
   *     element
   * @param window length of the windows, which are aligned to the epoch
   */
  public static <I, K, A, O> SingleOutputStreamOperator<O> bundleByWindow(
      DataStream<I> stream,
      BundleFunction<I, K, A, O> function,
      int maxKeys,
      int maxElements,
      long maxBytes,
      Duration window,
      TypeInformation<O> type,
      String uid) {
    return stream
        .transform(
            uid,
            type,
            new BundleOperator<>(function, maxKeys, maxElements, maxBytes, window.toMillis()))
        .uid(uid);
  }

  /**
   * Same for a stream whose event time does not matter any more: watermarks overtake the sums, save
   * the one at the end of all input.
   */
  public static <I, K, A, O> SingleOutputStreamOperator<O> bundleUntilBarrier(
      DataStream<I> stream,
      BundleFunction<I, K, A, O> function,
      int maxKeys,
      int maxElements,
      TypeInformation<O> type,
      String uid) {
    return stream
        .transform(
            uid, type, new BundleOperator<>(function, maxKeys, maxElements, ANY_BYTES, NEVER))
        .uid(uid);
  }

  @Override
  public void open() throws Exception {
    super.open();
    sums = new HashMap<>();
    buffered = 0;
    bytes = 0;
    if (maxBytes == SHARE_OF_HEAP) {
      SHARING.incrementAndGet();
      sharing = true;
    }
    mostBytes = mostBytes();
    heededSpan = Long.MIN_VALUE;
    out = new TimestampedCollector<>(output);
    out.eraseTimestamp();
    elements = getMetricGroup().counter("elements");
    bundles = getMetricGroup().counter("bundles");
    full = getMetricGroup().counter("full-bundles");
  }

  @Override
  public void close() throws Exception {
    if (sharing) {
      SHARING.decrementAndGet();
      sharing = false;
    }
    super.close();
  }

  /** What all sums may take now: subtasks come and go, and those that are there share the heap. */
  long mostBytes() {
    return maxBytes == SHARE_OF_HEAP
        ? Math.min(MOST_OF_HEAP, Runtime.getRuntime().maxMemory() / 8 / Math.max(1, SHARING.get()))
        : maxBytes;
  }

  @Override
  public void processElement(StreamRecord<I> record) {
    I element = record.getValue();
    K key = function.key(element);
    A sum = sums.get(key);
    if (sum == null) {
      sum = begin(key);
    }
    bytes += function.add(sum, element);
    buffered++;
    elements.inc();
    if (buffered >= maxElements || sums.size() >= maxKeys) {
      flush();
    } else if (bytes > mostBytes) {
      full.inc();
      flush();
    }
  }

  /** A new sum, for which room is made before it takes any. */
  private A begin(K key) {
    mostBytes = mostBytes();
    long more = function.bytes(key);
    if (bytes + more > mostBytes && buffered > 0) {
      full.inc();
      flush();
    }
    bytes += more;
    A sum = function.create(key);
    sums.put(key, sum);
    return sum;
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    // A watermark says that nothing up to and with its time will come: at 9,999 the second is over.
    long span = Math.floorDiv(mark.getTimestamp() + 1, heedsEveryMillis);
    if (mark.getTimestamp() == Long.MAX_VALUE || (heedsEveryMillis != NEVER && span > heededSpan)) {
      flush();
      heededSpan = span;
    }
    super.processWatermark(mark);
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    // Once we are idle the watermark downstream may pass what we still hold.
    if (heedsEveryMillis != NEVER) {
      flush();
    }
    super.processWatermarkStatus(status);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    flush();
  }

  @Override
  public void endInput() {
    flush();
  }

  private void flush() {
    if (buffered == 0) {
      return;
    }
    for (Map.Entry<K, A> sum : sums.entrySet()) {
      function.emit(sum.getKey(), sum.getValue(), out);
    }
    bundles.inc(sums.size());
    sums.clear();
    buffered = 0;
    bytes = 0;
  }
}
