package dev.runway.bench.drift;

import dev.runway.bench.harness.Broker;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The tiles and readings of all predictions, as they come; of each one the newest counts. */
final class Seen implements AutoCloseable {
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final Duration POLL = Duration.ofMillis(200);

  /** What a tile or a reading is of. */
  private record Of(String model, long endMillis) {}

  /**
   * A minute's tile.
   *
   * @param tile its bytes; empty of a model that is not watched
   */
  private record Minute(long revision, long predictions, byte[] tile) {}

  private static final byte[] NO_TILE = {};

  /**
   * A reading.
   *
   * @param writtenMillis when the broker got it
   * @param drifting whether it says that the drifting feature has drifted
   * @param flagged how many features it says have drifted
   */
  private record Reading(
      String model,
      long endMillis,
      long writtenMillis,
      boolean drifting,
      long revision,
      int flagged) {}

  private final String namespace;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Set<String> watched = new HashSet<>();
  private final Map<Of, Minute> minutes = new HashMap<>();
  private final Map<Of, Long> tilesWritten = new HashMap<>();
  private final Map<Of, Long> readingsWritten = new HashMap<>();
  private final List<Reading> readings = new ArrayList<>();
  private volatile @Nullable Exception failure;
  private volatile boolean running = true;

  private Seen(
      String namespace, KafkaConsumer<byte[], byte[]> consumer, Collection<Integer> models) {
    this.namespace = namespace;
    models.forEach(model -> watched.add(Fleet.modelId(model)));
    this.consumer = consumer;
    thread = new Thread(this::listen, "look-at-results");
  }

  /**
   * Looks.
   *
   * @param models whose tiles are kept
   */
  static Seen start(Broker broker, String namespace, Collection<Integer> models) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(
        Stream.of(Topic.TILES, Topic.DRIFT)
            .flatMap(
                topic ->
                    IntStream.range(0, topic.partitions())
                        .mapToObj(partition -> new TopicPartition(topic.in(namespace), partition)))
            .toList());
    Seen seen = new Seen(namespace, consumer, models);
    seen.thread.start();
    return seen;
  }

  private void listen() {
    try (consumer) {
      while (running) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          take(record);
        }
      }
    } catch (MalformedEvent | RuntimeException e) {
      failure = e;
    }
  }

  private synchronized void take(ConsumerRecord<byte[], byte[]> record) throws MalformedEvent {
    if (record.topic().equals(Topic.TILES.in(namespace))) {
      DriftTile tile = DriftTileCodec.read(record.value());
      if (tile.segment().equals(DriftReading.ALL)) {
        Of of = new Of(tile.modelId(), tile.windowEndMillis());
        tilesWritten.putIfAbsent(of, record.timestamp());
        minutes.merge(
            of,
            new Minute(
                tile.revision(),
                tile.predictions(),
                watched.contains(tile.modelId()) ? tile.tile() : NO_TILE),
            (a, b) -> b.revision >= a.revision ? b : a);
      }
    } else {
      DriftReading reading = DriftReadingCodec.read(record.value());
      if (reading.segment().equals(DriftReading.ALL)) {
        take(reading, record.timestamp());
      }
    }
  }

  private void take(DriftReading reading, long writtenMillis) {
    readingsWritten.putIfAbsent(
        new Of(reading.modelId(), reading.windowEndMillis()), writtenMillis);
    String feature = Fleet.featureName(Predictions.DRIFTING);
    boolean drifting =
        reading.features().stream().anyMatch(each -> each.flagged() && each.name().equals(feature));
    readings.add(
        new Reading(
            reading.modelId(),
            reading.windowEndMillis(),
            writtenMillis,
            drifting,
            reading.revision(),
            reading.flagged()));
  }

  /** Predictions in the newest tiles of all minutes. */
  synchronized long predictionsInTiles() {
    requireWell();
    return minutes.values().stream().mapToLong(Minute::predictions).sum();
  }

  synchronized int readings() {
    return readings.size();
  }

  /** Seconds from the end of each minute that ended within a span to its first tile. */
  synchronized double[] tileSeconds(long fromMillis, long toMillis) {
    return seconds(tilesWritten, fromMillis, toMillis);
  }

  /** Seconds from the end of each window that ended within a span to its first reading. */
  synchronized double[] readingSeconds(long fromMillis, long toMillis) {
    return seconds(readingsWritten, fromMillis, toMillis);
  }

  private static double[] seconds(Map<Of, Long> written, long from, long to) {
    return written.entrySet().stream()
        .filter(each -> each.getKey().endMillis >= from && each.getKey().endMillis < to)
        .mapToDouble(each -> (each.getValue() - each.getKey().endMillis) / 1e3)
        .toArray();
  }

  /**
   * Seconds from each onset to the first reading that says so.
   *
   * @param onsets first drifted prediction by model
   */
  synchronized double[] drift(Map<Integer, Long> onsets) {
    return onsets.entrySet().stream()
        .flatMapToDouble(
            onset ->
                readings.stream()
                    .filter(Reading::drifting)
                    .filter(reading -> reading.model.equals(Fleet.modelId(onset.getKey())))
                    .filter(reading -> reading.endMillis > onset.getValue())
                    .mapToDouble(reading -> (reading.writtenMillis - onset.getValue()) / 1e3)
                    .sorted()
                    .limit(1))
        .toArray();
  }

  /** The newest tile of a watched model's minute; null without one. */
  synchronized byte @Nullable [] tile(int model, long endMillis) {
    Minute minute = minutes.get(new Of(Fleet.modelId(model), endMillis));
    return minute == null ? null : minute.tile;
  }

  /**
   * Models that were called drifted in two windows in a row before they were made to drift.
   *
   * @param onsets first drifted prediction by model
   */
  synchronized Set<String> wronglyFlagged(Map<Integer, Long> onsets) {
    Map<String, Long> drifted = new HashMap<>();
    onsets.forEach((model, atMillis) -> drifted.put(Fleet.modelId(model), atMillis));
    Map<Of, Reading> newest = new HashMap<>();
    for (Reading reading : readings) {
      newest.merge(
          new Of(reading.model, reading.endMillis),
          reading,
          (a, b) -> b.revision >= a.revision ? b : a);
    }
    Set<String> wrong = new TreeSet<>();
    for (Reading reading : newest.values()) {
      Reading before = newest.get(new Of(reading.model, reading.endMillis - MINUTE));
      boolean healthy = reading.endMillis <= drifted.getOrDefault(reading.model, Long.MAX_VALUE);
      if (healthy && reading.flagged > 0 && before != null && before.flagged > 0) {
        wrong.add(reading.model);
      }
    }
    return wrong;
  }

  private void requireWell() {
    Exception failed = failure;
    if (failed != null) {
      throw new IllegalStateException("the results could not be read", failed);
    }
  }

  @Override
  public void close() {
    // Its consumer is closed by its own thread, which looks here within a poll.
    running = false;
  }
}
