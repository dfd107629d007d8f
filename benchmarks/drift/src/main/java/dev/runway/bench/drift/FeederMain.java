package dev.runway.bench.drift;

import dev.runway.bench.harness.CaseProcess;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.model.Heartbeat;
import dev.runway.model.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends predictions to the broker at a rate, from a process of its own, as cheaply as a producer
 * can: encoded beforehand, uncompressed, in large batches. The time of each is when it was due, so
 * that whatever holds the feeder up makes them old and is not left out. Models drift one after the
 * other, if they shall. It says on standard output when each did, and how far it is.
 */
public final class FeederMain {
  /** Said when a model's first drifted prediction is sent: model, time. */
  static final String ONSET = "onset";

  /** Said once a second: predictions so far, milliseconds behind its rate. */
  static final String SENT = "sent";

  /** Said at the end: predictions. */
  static final String END = "end";

  /**
   * Said at the end of each minute of a watched model: model, start of the minute, and how often it
   * said each of what it may say.
   */
  static final String MINUTE_OF = "minute";

  private static final long MINUTE = 60_000;
  private static final int PARTITIONS = Topic.PREDICTIONS.partitions();

  /**
   * What is sent.
   *
   * @param perSecond 0 for as fast as can be
   * @param count predictions
   * @param first number of the first one: ids go on where another feeder has ended
   * @param onsets models that drift
   * @param onsetsFrom milliseconds after the start at which the first one does
   * @param onsetsEvery milliseconds from one to the next
   * @param last whether nothing follows, so that all minutes may end
   */
  record Order(
      long perSecond,
      long count,
      long first,
      int onsets,
      long onsetsFrom,
      long onsetsEvery,
      boolean last) {
    static Order of(long perSecond, long count, long first) {
      return new Order(perSecond, count, first, 0, 0, 0, false);
    }

    Order drifting(int models, long from, long every) {
      return new Order(perSecond, count, first, models, from, every, last);
    }

    Order asLast() {
      return new Order(perSecond, count, first, onsets, onsetsFrom, onsetsEvery, true);
    }

    private List<String> text() {
      return List.of(
          Long.toString(perSecond),
          Long.toString(count),
          Long.toString(first),
          Integer.toString(onsets),
          Long.toString(onsetsFrom),
          Long.toString(onsetsEvery),
          Boolean.toString(last));
    }

    private static Order parse(List<String> text) {
      return new Order(
          Long.parseLong(text.get(0)),
          Long.parseLong(text.get(1)),
          Long.parseLong(text.get(2)),
          Integer.parseInt(text.get(3)),
          Long.parseLong(text.get(4)),
          Long.parseLong(text.get(5)),
          Boolean.parseBoolean(text.get(6)));
    }
  }

  private final Load load;
  private final Order order;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Predictions predictions;
  private final int said;
  private final List<List<Header>> headers = new ArrayList<>();

  /** Models that have drifted and not yet sent anything. */
  private final boolean[] silent;

  /** By watched model and minute, how often each of what it may say was sent. */
  private final Map<Integer, Map<Long, long[]>> minutes = new TreeMap<>();

  private volatile @Nullable Exception failure;
  private final Callback onAnswer =
      (sent, refusal) -> {
        if (refusal != null) {
          failure = refusal;
        }
      };

  private FeederMain(
      Load load, long seed, Order order, String topic, KafkaProducer<byte[], byte[]> producer) {
    this.load = load;
    this.order = order;
    this.topic = topic;
    this.producer = producer;
    Fleet fleet = new Fleet(load.features(), load.models());
    predictions = new Predictions(fleet, load, seed, order.onsets > 0, order.first, 1);
    silent = new boolean[load.models()];
    said = 2 * predictions.each();
    for (int model : watched(load)) {
      minutes.put(model, new TreeMap<>());
    }
  }

  /** Models whose tiles are compared with what was sent: a busy one and two others. */
  static List<Integer> watched(Load load) {
    return Stream.of(1, load.models() / 2, load.models() - 1)
        .filter(model -> model < load.models())
        .distinct()
        .toList();
  }

  /** Starts one. */
  static Process start(String servers, String topic, Load load, long seed, Order order)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(servers, topic, load.text(), Long.toString(seed)));
    arguments.addAll(order.text());
    return CaseProcess.start(FeederMain.class, arguments);
  }

  /**
   * Sends.
   *
   * @param args bootstrap servers, topic, load, seed, and an order
   */
  public static void main(String[] args) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            args[0],
            "acks",
            "1",
            "enable.idempotence",
            "false",
            "linger.ms",
            20,
            "batch.size",
            512 << 10,
            "buffer.memory",
            128L << 20,
            "max.request.size",
            4 << 20);
    Order order = Order.parse(List.of(args).subList(4, args.length));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      new FeederMain(Load.parse(args[2]), Long.parseLong(args[3]), order, args[1], producer).run();
    }
  }

  private void run() {
    long start = System.nanoTime();
    long startMillis = System.currentTimeMillis();
    long said = start;
    long worst = 0;
    int drifted = 0;
    long sent = 0;
    long millis = startMillis;
    while (sent < order.count) {
      long now = System.nanoTime();
      long due = due(now - start, sent);
      worst = Math.max(worst, behind(due - sent));
      for (; sent < due; sent++) {
        millis =
            order.perSecond == 0
                ? System.currentTimeMillis()
                : startMillis + sent * 1_000 / order.perSecond;
        for (;
            drifted < order.onsets
                && millis - startMillis >= order.onsetsFrom + drifted * order.onsetsEvery;
            drifted++) {
          int model = (int) ((long) drifted * load.models() / order.onsets);
          predictions.drift(model);
          silent[model] = true;
        }
        send(millis);
      }
      if (now - said >= TimeUnit.SECONDS.toNanos(1)) {
        say(SENT, sent, worst);
        said = now;
        worst = 0;
      }
      if (order.perSecond > 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
    producer.flush();
    if (order.last) {
      endMinutes(millis);
    }
    Exception refused = failure;
    if (refused != null) {
      throw new IllegalStateException("the broker refused a prediction", refused);
    }
    minutes.forEach(
        (model, each) ->
            each.forEach(
                (minute, times) ->
                    System.out.println(
                        MINUTE_OF + " " + model + " " + minute + " " + text(times))));
    say(END, sent, 0);
  }

  private static String text(long[] times) {
    return Arrays.stream(times).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  /** How many shall have been sent after a time. */
  private long due(long nanos, long sent) {
    long due =
        order.perSecond == 0
            ? sent + 1_000
            // In double: it is exact enough, and a long would overflow after a day.
            : (long) (nanos / 1e9 * order.perSecond);
    return Math.min(order.count, due);
  }

  private long behind(long missing) {
    return order.perSecond == 0 ? 0 : missing * 1_000 / order.perSecond;
  }

  private void send(long millis) {
    int model = predictions.nextModel();
    if (silent[model]) {
      silent[model] = false;
      say(ONSET, model, millis);
    }
    Map<Long, long[]> watched = minutes.get(model);
    if (watched != null) {
      watched
          .computeIfAbsent(millis / MINUTE * MINUTE, minute -> new long[said])[
          predictions.placeOfNext()]++;
    }
    // Hundreds in a row to one partition, so that few batches are begun at once.
    int partition = (int) ((predictions.position() >>> 8) % PARTITIONS);
    RawEvent event = predictions.next(millis);
    // The producer copies key and value at once; the next prediction may take their place.
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, partition, null, event.key(), event.value(), headers(model, event)),
            onAnswer);
  }

  private List<Header> headers(int model, RawEvent event) {
    while (headers.size() <= model) {
      headers.add(List.of());
    }
    List<Header> known = headers.get(model);
    if (known.isEmpty() && !event.headers().isEmpty()) {
      known = event.headers().stream().map(FeederMain::header).toList();
      headers.set(model, known);
    }
    return known;
  }

  private static Header header(RawHeader header) {
    return new RecordHeader(header.name(), header.value());
  }

  private void endMinutes(long lastMillis) {
    long word = (lastMillis / MINUTE + 2) * MINUTE;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic,
                  partition,
                  null,
                  null,
                  new byte[0],
                  List.of(new RecordHeader(Heartbeat.HEADER, Heartbeat.write(word)))),
              onAnswer);
    }
    producer.flush();
  }

  private static void say(String what, long first, long second) {
    System.out.println(what + " " + first + " " + second);
  }
}
