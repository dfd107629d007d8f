package dev.runway.bench.drift;

import dev.runway.bench.drift.Feeder.Sent;
import dev.runway.bench.drift.FeederMain.Order;
import dev.runway.bench.drift.Load.Encoding;
import dev.runway.bench.drift.MonitorMain.Status;
import dev.runway.bench.drift.Predictions.Said;
import dev.runway.bench.harness.Broker;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.count.PredictionCounting;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The job as it is, from Kafka to Kafka, beside the broker and whoever sends, all on this machine:
 * predictions of now at a rate, each model judged each minute, checkpoints every half minute.
 * Broker, feeder and job are processes of their own, so that each one's processor time is known.
 */
final class Live implements AutoCloseable {
  private static final String NAMESPACE = "bench";
  private static final String PREDICTIONS = Topic.PREDICTIONS.in(NAMESPACE);

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  /** Of each partition: what a restart goes back to is less. */
  private static final long RETAINED_BYTES = 2L << 30;

  /** What a reader may be behind and still follow. */
  private static final double FOLLOWS_WITHIN_SECONDS = 1;

  private static final long TILES_WITHIN_SECONDS = 120;

  private final Load load;
  private final long seed;
  private final List<String> options;
  private final Path folder;
  private final Broker broker;
  private final Seen seen;
  private Monitor monitor;
  private long sent;
  private final Map<Integer, Long> onsets = new HashMap<>();
  private final List<Sent> sentOfWatched = new ArrayList<>();

  private Live(
      Load load,
      long seed,
      List<String> options,
      Path folder,
      Broker broker,
      Seen seen,
      Monitor monitor) {
    this.load = load;
    this.seed = seed;
    this.options = options;
    this.folder = folder;
    this.broker = broker;
    this.seen = seen;
    this.monitor = monitor;
  }

  /**
   * Starts broker and job.
   *
   * @param checkpoints between two of them
   * @param backlog predictions that lie in the topic before the job starts
   */
  static Live start(Load load, long seed, Duration checkpoints, long backlog) throws Exception {
    Path folder = Place.temporaryFolder();
    Broker broker =
        Broker.start(
            folder,
            // What has been read is let go: a minute of it is gigabytes.
            Map.of("log.retention.check.interval.ms", "5000"));
    try {
      return start(load, seed, checkpoints, backlog, folder, broker);
    } catch (Exception e) {
      broker.close();
      Place.delete(folder);
      throw e;
    }
  }

  private static Live start(
      Load load, long seed, Duration checkpoints, long backlog, Path folder, Broker broker)
      throws Exception {
    broker.createTopics(Broker.topics(NAMESPACE).stream().map(Live::bounded).toList());
    publish(broker, load);
    List<String> options =
        List.of(
            "--runway.kafka.bootstrap-servers=" + broker.bootstrapServers(),
            "--runway.namespace=" + NAMESPACE,
            "--runway.parallelism=" + load.subtasks(),
            "--runway.events.out-of-orderness=PT1S",
            "--runway.checkpoint.interval=" + checkpoints,
            "--runway.drift.window-tier-1=PT1M");
    long first = 0;
    List<Sent> backlogOfWatched = List.of();
    if (backlog > 0) {
      try (Feeder feeder = Feeder.start(broker, PREDICTIONS, load, seed, Order.of(0, backlog, 0))) {
        first = feeder.awaitEnd();
        backlogOfWatched = feeder.minutes();
      }
    }
    Live live =
        new Live(
            load,
            seed,
            options,
            folder,
            broker,
            Seen.start(broker, NAMESPACE, FeederMain.watched(load)),
            Monitor.start(folder, MonitorMain.NO_CHECKPOINT, options));
    live.sent = first;
    live.sentOfWatched.addAll(backlogOfWatched);
    live.monitor.next();
    return live;
  }

  private static NewTopic bounded(NewTopic topic) {
    if (!topic.name().equals(PREDICTIONS)) {
      return topic;
    }
    Map<String, String> settings = new HashMap<>(topic.configs());
    settings.put("retention.bytes", Long.toString(RETAINED_BYTES));
    return topic.configs(settings);
  }

  private static void publish(Broker broker, Load load) throws Exception {
    Fleet fleet = new Fleet(load.features(), load.models());
    try (var producer =
        new KafkaProducer<>(
            Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (ModelDocument document : fleet.documents()) {
        byte[] key = document.modelId().getBytes(StandardCharsets.US_ASCII);
        send(producer, Topic.MODELS, key, ModelDocumentCodec.write(document));
      }
      for (int model = 0; model < load.models(); model++) {
        Baseline baseline = fleet.baseline(model);
        send(producer, Topic.BASELINES, baseline.key(), BaselineCodec.write(baseline));
      }
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, Topic topic, byte[] key, byte[] value)
      throws Exception {
    producer.send(new ProducerRecord<>(topic.in(NAMESPACE), key, value)).get(1, TimeUnit.MINUTES);
  }

  private Feeder feed(Order order) throws Exception {
    return Feeder.start(broker, PREDICTIONS, load, seed, order);
  }

  private void end(Feeder feeder) throws InterruptedException {
    sent += feeder.awaitEnd();
    onsets.putAll(feeder.onsets());
    sentOfWatched.addAll(feeder.minutes());
  }

  /** Half of what is asked, until compilers have seen most: else they take a core beside it. */
  void warmUp(long rate, int seconds) throws Exception {
    try (Feeder feeder = feed(Order.of(rate, rate * seconds, sent))) {
      end(feeder);
    }
    monitor.await(status -> status.pending() == 0, 300);
  }

  /**
   * The highest of some falling rates that the machine holds.
   *
   * @param asked predictions a second
   * @param seconds that each is tried
   * @throws IllegalStateException if it holds not even a fifth of what is asked
   */
  long heldRate(long asked, int seconds) throws Exception {
    for (long rate = asked; rate >= asked / 5; rate = rate * 4 / 5) {
      if (holds(rate, seconds)) {
        return rate;
      }
    }
    throw new IllegalStateException(
        "the machine does not hold a fifth of %,d predictions a second".formatted(asked));
  }

  private boolean holds(long rate, int seconds) throws Exception {
    try (Feeder feeder = feed(Order.of(rate, rate * seconds, sent))) {
      end(feeder);
      long behind = feeder.behindMillis();
      long pending = monitor.next().pending();
      // The next rate begins without what this one has left.
      monitor.await(status -> status.pending() == 0, 300);
      return behind < 1_000 * FOLLOWS_WITHIN_SECONDS && pending < rate * FOLLOWS_WITHIN_SECONDS;
    }
  }

  /**
   * What the job takes at a rate.
   *
   * @param drifting models that drift on the way
   * @param killed whether the job is killed at the end, in the midst of traffic that goes on
   */
  List<Row> follow(String name, long rate, int seconds, int drifting, boolean killed)
      throws Exception {
    List<Row> rows = new ArrayList<>();
    int more = killed ? Math.max(5, Math.min(90, seconds)) : 0;
    // It shall not end while it is measured.
    int before = 3;
    Order order =
        Order.of(rate, rate * (before + seconds + more), sent)
            .drifting(
                drifting,
                seconds * 100L,
                // In the first half: the last one's next whole minute shall end while they come.
                drifting == 0 ? 0 : Math.max(1, seconds * 400L / drifting))
            .asLast();
    try (Feeder feeder = feed(order)) {
      monitor.await(status -> feeder.sent() > 0, 60);
      Status from = monitor.next();
      // Of its start nobody wants to know.
      feeder.worstBehindMillis();
      Duration brokerFrom = broker.cpu();
      Duration feederFrom = feeder.cpu();
      Meter observer = Meter.now();
      TimeUnit.SECONDS.sleep(seconds);
      Status to = monitor.next();
      double elapsed = (to.atMillis() - from.atMillis()) / 1e3;
      Row row =
          row(name, from, to)
              .with("asked_per_second", (double) rate)
              .with("broker_cores", seconds(broker.cpu().minus(brokerFrom)) / elapsed)
              .with("feeder_cores", seconds(feeder.cpu().minus(feederFrom)) / elapsed)
              .with(
                  "observer_cores", (Meter.now().cpuNanos() - observer.cpuNanos()) / 1e9 / elapsed)
              .with("feeder_behind_seconds", feeder.worstBehindMillis() / 1e3)
              .with("pending_at_the_end", (double) to.pending());
      row = withSamples(row, monitor.since(from.atMillis()));
      if (killed) {
        rows.add(kill(rate));
      }
      end(feeder);
      awaitTiles();
      int compared = requireTiles();
      requireVerdicts();
      row = row.with("tiles_compared", compared);
      rows.add(0, withResults(row, from.atMillis(), to.atMillis()));
    }
    return rows;
  }

  private Row row(String name, Status from, Status to) {
    long read = to.read() - from.read();
    double seconds = (to.atMillis() - from.atMillis()) / 1e3;
    Row row =
        new Row(
            name,
            "ours",
            load.open(),
            read,
            (double) (to.cpuNanos() - from.cpuNanos()) / read,
            seconds * 1e9 / read,
            (double) (to.allocatedBytes() - from.allocatedBytes()) / read);
    return DriftRun.perFeature(row, load)
        .with("events_per_second", read / seconds)
        .with("cores", (to.cpuNanos() - from.cpuNanos()) / 1e9 / seconds);
  }

  private static Row withSamples(Row row, List<Status> samples) {
    double[] ages = samples.stream().mapToDouble(Status::ageMillis).toArray();
    double[] checkpoints = samples.stream().mapToDouble(Status::checkpointMillis).toArray();
    return row.with("event_age_ms_p50", percentile(ages, 50))
        .with("event_age_ms_p99", percentile(ages, 99))
        .with("checkpoint_ms_p50", percentile(checkpoints, 50))
        .with("checkpoint_ms_p99", percentile(checkpoints, 99))
        .with("checkpoint_bytes", (double) samples.get(samples.size() - 1).checkpointBytes());
  }

  private Row withResults(Row row, long from, long to) {
    Row found =
        row.with("predictions_sent", (double) sent)
            .with("predictions_in_tiles", (double) seen.predictionsInTiles());
    found = with(found, "tile_fresh_s", seen.tileSeconds(from, to));
    found = with(found, "reading_fresh_s", seen.readingSeconds(from, to));
    if (!onsets.isEmpty()) {
      double[] latencies = seen.drift(onsets);
      found =
          with(found, "onset_to_reading_s", latencies)
              .with("onsets", onsets.size())
              .with("onsets_found", latencies.length);
    }
    return found.with("readings", seen.readings());
  }

  private static Row with(Row row, String figure, double[] values) {
    return values.length == 0
        ? row
        : row.with(figure + "_p50", percentile(values, 50))
            .with(figure + "_p99", percentile(values, 99));
  }

  private static double percentile(double[] values, int percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  /** SIGKILL in the midst of traffic, and a new process from the last checkpoint. */
  private Row kill(long rate) throws Exception {
    monitor.await(status -> status.checkpointBytes() > 0, 60);
    monitor.kill();
    Monitor killed = monitor;
    long killedAt = System.currentTimeMillis();
    monitor = Monitor.start(folder, killed.newestCheckpoint(), options);
    Status first = monitor.await(status -> status.read() > 0, 120);
    Status even =
        monitor.await(
            status -> status.read() > 0 && status.pending() < rate * FOLLOWS_WITHIN_SECONDS, 300);
    Row row = row("after kill -9, catching up while traffic goes on: " + load.title(), first, even);
    return row.with("first_read_s", (first.atMillis() - killedAt) / 1e3)
        .with("caught_up_s", (even.atMillis() - killedAt) / 1e3);
  }

  /** Takes in what lies in the topic; the first third warms it up. */
  Row catchUp(String name) throws Exception {
    Status warm = monitor.await(status -> status.read() > sent / 3, 300);
    Duration brokerFrom = broker.cpu();
    Status last = monitor.await(status -> status.read() >= sent * 99 / 100, 300);
    Row row = row(name, warm, last);
    return row.with(
        "broker_cores",
        seconds(broker.cpu().minus(brokerFrom)) / ((last.atMillis() - warm.atMillis()) / 1e3));
  }

  /** Waits until every prediction that was sent is in a tile, and fails if one is not. */
  private void awaitTiles() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TILES_WITHIN_SECONDS);
    Status status = monitor.next();
    while (seen.predictionsInTiles() < sent && System.nanoTime() < deadline) {
      status = monitor.next();
    }
    if (seen.predictionsInTiles() != sent) {
      throw new IllegalStateException(
          "%,d predictions were sent, %,d are in tiles, %d were dead and %d late"
              .formatted(sent, seen.predictionsInTiles(), status.dead(), status.late()));
    }
  }

  /**
   * Fails unless the tiles of watched models hold, byte for byte, what was sent: counted here from
   * what the feeder says that it sent.
   *
   * @return how many were compared
   */
  private int requireTiles() {
    Fleet fleet = new Fleet(load.features(), load.models());
    Map<Integer, Map<Long, Tile>> expected = new TreeMap<>();
    for (Sent part : sentOfWatched) {
      TileLayout layout = TileLayout.of(fleet.profile(part.model()), false);
      Tile tile = layout.newTile();
      List<Said> all = Predictions.said(fleet, load, seed, part.model());
      for (int i = 0; i < all.size(); i++) {
        dev.runway.drift.tile.Row one = said(layout, all.get(i));
        for (long times = part.times()[i]; times > 0; times--) {
          tile.add(one);
        }
      }
      expected
          .computeIfAbsent(part.model(), model -> new TreeMap<>())
          .merge(part.minuteMillis(), tile, Tile::plus);
    }
    int compared = 0;
    for (Map.Entry<Integer, Map<Long, Tile>> model : expected.entrySet()) {
      for (Map.Entry<Long, Tile> minute : model.getValue().entrySet()) {
        byte[] bytes = seen.tile(model.getKey(), minute.getKey() + MINUTE);
        if (!Arrays.equals(minute.getValue().toBytes(), bytes)) {
          throw new IllegalStateException(
              "the tile of %s at %s is not what was sent: %,d predictions"
                  .formatted(
                      Fleet.modelId(model.getKey()),
                      Instant.ofEpochMilli(minute.getKey()),
                      minute.getValue().events()));
        }
        compared++;
      }
    }
    return compared;
  }

  private dev.runway.drift.tile.Row said(TileLayout layout, Said said) {
    dev.runway.drift.tile.Row row = layout.newRow();
    for (int i = 0; i < said.values().length; i++) {
      float value = said.values()[i];
      row.number(
          layout.position(Fleet.featureName(i)),
          load.encoding() == Encoding.AVRO ? value : Math.rint(value * 1e4) / 1e4);
    }
    row.number(layout.position(PredictionCounting.SCORE), Math.rint(said.score() * 1e4) / 1e4);
    return row;
  }

  /** Fails when more than one drift was missed, or a healthy model was called drifted for long. */
  private void requireVerdicts() {
    int found = seen.drift(onsets).length;
    if (found < onsets.size() - 1) {
      throw new IllegalStateException(
          "%d models were made to drift, %d were found".formatted(onsets.size(), found));
    }
    Set<String> wrong = seen.wronglyFlagged(onsets);
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("healthy, and flagged in two windows in a row: " + wrong);
    }
  }

  @Override
  public void close() {
    monitor.close();
    seen.close();
    broker.close();
    Place.delete(folder);
  }
}
