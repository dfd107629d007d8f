package dev.runway.bench.drift;

import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.driftmonitor.BenchmarkedDrift;
import dev.runway.flink.RawEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs one topology on a local Flink with RocksDB state, warm, with predictions made in it. */
final class DriftRun {
  /** Part of a topology behind the predictions. */
  interface Topology {
    void define(DataStream<RawEvent> predictions);
  }

  /** Asking a job how it is costs. */
  private static final Duration ASKS_EVERY = Duration.ofSeconds(2);

  private static final String COUNTING = "count prediction";
  private static final String MERGING = "merge tiles";

  private final Load load;
  private final Extent extent;
  private final long seed;

  DriftRun(Load load, Extent extent, long seed) {
    this.load = load;
    this.extent = extent;
    this.seed = seed;
  }

  /** The job's topology: from bytes to tiles and readings. */
  Row ours(String name) throws Exception {
    return measure(
        name,
        "ours",
        this::oursBehind,
        (row, flink, job, folder) -> {
          requireCounted();
          return row;
        });
  }

  /** The same with what state holds at the end, each entry once, and what a checkpoint does. */
  Row oursWithState(String name) throws Exception {
    return measure(
        name,
        "ours",
        this::oursBehind,
        (row, flink, job, folder) -> {
          requireCounted();
          double counts = (double) load.open() * extent.minutes();
          // A savepoint is the newest checkpoint then.
          double checkpoint = (double) FlinkMetrics.ofJob("lastCheckpointFullSize");
          double bytes = (double) flink.savepointBytes(job, folder.resolve("savepoints"));
          return row.withState(bytes / counts)
              .with(Growth.COUNTS, counts)
              .with(Growth.STATE_BYTES, bytes)
              .with(Growth.CHECKPOINT_BYTES, checkpoint);
        });
  }

  /**
   * State after days of traffic: two weeks of hours and a month of days for each model, which is
   * most of what there is, beside the open windows.
   */
  Row oursWithHistory(String name) throws Exception {
    return measure(
        name,
        "ours",
        this::oursBehind,
        (row, flink, job, folder) -> {
          requireCounted();
          double features = load.open();
          double checkpoint = (double) FlinkMetrics.ofJob("lastCheckpointFullSize");
          double bytes = (double) flink.savepointBytes(job, folder.resolve("savepoints"));
          return row.withState(bytes / features)
              .with(Growth.FEATURES, features)
              .with(Growth.STATE_BYTES, bytes)
              .with(Growth.CHECKPOINT_BYTES, checkpoint);
        });
  }

  /** The peer. */
  Row sql(String name) throws Exception {
    SqlPeer.COUNTED.reset();
    return measure(
        name,
        "peer",
        new SqlPeer(load),
        (row, flink, job, folder) -> {
          requireCountedByPeer();
          return row;
        });
  }

  private void oursBehind(DataStream<RawEvent> predictions) {
    BenchmarkedDrift.define(
        predictions,
        silence(predictions.getExecutionEnvironment(), "producer-tiles"),
        silence(predictions.getExecutionEnvironment(), "groundtruth"),
        load.features(),
        load.models(),
        extent.window());
  }

  @SuppressWarnings("deprecation") // See Traffic.
  private static DataStream<RawEvent> silence(StreamExecutionEnvironment env, String uid) {
    return env.addSource(new Silence(), uid, RawEvent.TYPE).uid(uid);
  }

  private void requireCountedByPeer() {
    long due = Traffic.inEndedMinutes(Traffic.sent(), extent.perMinute()) * load.counted();
    if (due == 0 || SqlPeer.COUNTED.sum() != due) {
      throw new IllegalStateException(
          "%d values are in minutes that have ended, %d were counted"
              .formatted(due, SqlPeer.COUNTED.sum()));
    }
  }

  private void requireCounted() {
    long sent = extent.warmUp() + extent.measured();
    long decoded = FlinkMetrics.sum(COUNTING, "decoded");
    long dead = FlinkMetrics.sum(COUNTING, "dead");
    long late = FlinkMetrics.sum(MERGING, "late");
    long without = FlinkMetrics.sum(MERGING, "without-baseline");
    long merged = FlinkMetrics.sum(MERGING, "merged");
    if (decoded != sent || merged != sent) {
      throw new IllegalStateException(
          "%d predictions sent, %d decoded, %d dead, %d merged, %d late, %d without baseline"
              .formatted(sent, decoded, dead, merged, late, without));
    }
  }

  /** Looks at the job at the end of a measurement, after a checkpoint. */
  interface AtEnd {
    /** The row with what was seen. */
    Row look(Row row, LocalFlink flink, JobID job, Path folder) throws Exception;
  }

  /** Measures; one at a time in a JVM. */
  @SuppressWarnings("deprecation") // See Traffic.
  Row measure(String name, String kind, Topology topology, AtEnd atEnd) throws Exception {
    Path folder = Files.createTempDirectory("runway-bench-");
    Traffic.reset();
    LocalFlink flink = LocalFlink.start(folder, load.subtasks());
    try {
      StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
      env.setParallelism(load.subtasks());
      topology.define(
          env.addSource(new Traffic(load, extent.perMinute(), seed), "traffic", RawEvent.TYPE)
              .uid("traffic"));
      JobID job = flink.submit(env, Map.of());
      flink.awaitRunning(job);
      Row row = measured(name, kind, job, flink);
      flink.requireRunning(job);
      // What is in memory has left before its barrier.
      flink.checkpoint(job);
      Row seen = atEnd.look(row, flink, job, folder);
      flink.cancel(job);
      return seen;
    } finally {
      flink.stop();
      Place.delete(folder);
    }
  }

  private Row measured(String name, String kind, JobID job, LocalFlink flink) throws Exception {
    play(extent.warmUp(), job, flink);
    Meter meter = Meter.now();
    play(extent.warmUp() + extent.measured(), job, flink);
    return perFeature(meter.row(name, kind, load.open(), extent.measured()), load);
  }

  private static void play(long until, JobID job, LocalFlink flink) throws Exception {
    Traffic.allow(until);
    for (long asked = System.nanoTime(); Traffic.sent() < until; ) {
      Traffic.awaitProgress(ASKS_EVERY);
      if (System.nanoTime() - asked > ASKS_EVERY.toNanos()) {
        flink.requireRunning(job);
        asked = System.nanoTime();
      }
    }
  }

  /** With what each count of a prediction takes. */
  static Row perFeature(Row row, Load load) {
    double nanos = row.cpuNanosPerEvent() / load.counted();
    return row.with("cpu_ns_per_feature", nanos)
        .with("million_features_per_second_and_core", 1e3 / nanos);
  }
}
