package dev.runway.bench.trigger;

import dev.runway.bench.harness.FlinkMetrics;
import dev.runway.bench.harness.LocalFlink;
import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Place;
import dev.runway.bench.harness.Row;
import dev.runway.flink.RawEvent;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.retraintrigger.BenchmarkedTrigger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Runs a case: the job's topology on a local Flink with RocksDB, or the bare loop. */
final class TriggerRun {
  private static final String JUDGE = "judge models";
  private static final int WINDOW_MINUTES = (int) (Readings.WINDOW / 60_000);

  /** Asking a job how it is costs. */
  private static final Duration ASKS_EVERY = Duration.ofSeconds(2);

  private static final long LOOKS_EVERY_MILLIS = 20;

  private final TriggerCase measured;
  private final TriggerCase.Size size;
  private final long seed;
  private final Readings readings;

  TriggerRun(TriggerCase measured, boolean quick, long seed) {
    this.measured = measured;
    this.size = measured.size(quick);
    this.seed = seed;
    this.readings = new Readings(measured.shape(), size.models(), seed);
  }

  /** Measures; one at a time in a JVM. */
  Row run() throws Exception {
    Row row = measured.isLimit() ? limit() : ours();
    return row.with("bytes_of_a_reading", readings.bytesPerReading());
  }

  private long warmUp() {
    return (long) size.models() * size.warmUp();
  }

  private long all() {
    return warmUp() + (long) size.models() * size.windows();
  }

  /** The least that it takes: parsing the same bytes. */
  private Row limit() throws MalformedEvent {
    long features = parse(0, warmUp());
    Meter meter = Meter.now();
    features += parse(warmUp(), all());
    Row row = meter.row(measured.title(), "limit", size.models(), all() - warmUp());
    if (features != all() * measured.shape().told()) {
      throw new IllegalStateException(features + " features were read");
    }
    return row;
  }

  private long parse(long from, long to) throws MalformedEvent {
    long features = 0;
    for (long place = from; place < to; place++) {
      features += DriftReadingCodec.read(readings.at(place).value()).features().size();
    }
    return features;
  }

  private Row ours() throws Exception {
    Path folder = Files.createTempDirectory("runway-bench-");
    Played.allow(0);
    LocalFlink flink = LocalFlink.start(folder, 1);
    try {
      JobID job = flink.submit(job(), Map.of());
      flink.awaitRunning(job);
      play(warmUp(), flink, job);
      Meter meter = Meter.now();
      play(all(), flink, job);
      Row row = meter.row(measured.title(), "ours", size.models(), all() - warmUp());
      flink.requireRunning(job);
      requireJudged();
      // What is in memory has left before its barrier.
      flink.checkpoint(job);
      double checkpoint = (double) FlinkMetrics.ofJob("lastCheckpointFullSize");
      double bytes = (double) flink.savepointBytes(job, folder.resolve("savepoints"));
      row =
          row.withState(bytes / size.models())
              .with("early_readings", counted("early-readings"))
              .with("decisions", counted("decisions"))
              .with("judged_models", counted("judged-models"))
              .with("savepoint_bytes", bytes)
              .with("checkpoint_bytes", checkpoint);
      flink.cancel(job);
      return row;
    } finally {
      flink.stop();
      Place.delete(folder);
    }
  }

  private static double counted(String counter) {
    return (double) FlinkMetrics.sum(JUDGE, counter);
  }

  @SuppressWarnings("deprecation") // See Played.
  private StreamExecutionEnvironment job() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setParallelism(1);
    int minutes = (size.warmUp() + size.windows() + 2) * WINDOW_MINUTES;
    DataStream<RawEvent> played =
        env.addSource(new Played(measured.shape(), size.models(), seed), "readings", RawEvent.TYPE)
            .uid("readings");
    DataStream<RawEvent> ticks =
        env.addSource(new Ticks(minutes), "ticks", RawEvent.TYPE).uid("ticks");
    DataStream<RawEvent> silence =
        env.addSource(new Ticks(0), "silence", RawEvent.TYPE).uid("silence");
    BenchmarkedTrigger.define(played, ticks, silence, new KnownFleet(size.models()));
    return env;
  }

  /** Allows so many readings, and waits until all windows of them have been judged. */
  private void play(long until, LocalFlink flink, JobID job) throws Exception {
    Played.allow(until);
    long asked = System.nanoTime();
    while (FlinkMetrics.greatest(JUDGE, "currentOutputWatermark") < readings.readTo(until)) {
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY_MILLIS);
      if (System.nanoTime() - asked > ASKS_EVERY.toNanos()) {
        flink.requireRunning(job);
        asked = System.nanoTime();
      }
    }
  }

  /** A run in which readings were refused, or windows not judged, has measured something else. */
  private void requireJudged() {
    long taken = FlinkMetrics.sum(JUDGE, "readings");
    long unknown = FlinkMetrics.sum(JUDGE, "unknown-readings");
    long ahead = FlinkMetrics.sum(JUDGE, "ahead-readings");
    long decisions = FlinkMetrics.sum(JUDGE, "decisions");
    if (taken != all() || unknown > 0 || ahead > 0 || decisions < all()) {
      throw new IllegalStateException(
          "%d readings sent, %d taken, %d of unknown models, %d ahead of their ticks, %d decisions"
              .formatted(all(), taken, unknown, ahead, decisions));
    }
  }
}
