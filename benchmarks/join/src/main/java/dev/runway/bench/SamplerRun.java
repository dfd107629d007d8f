package dev.runway.bench;

import dev.runway.bench.harness.Meter;
import dev.runway.bench.harness.Row;
import dev.runway.flink.BenchmarkedSampler;
import dev.runway.flink.RawEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The 1 % sampler on consumer records: it hashes the key and parses nothing. */
final class SamplerRun {
  private static final int RECORDS = 100_000;
  private static final double RATE = 0.01;

  private SamplerRun() {}

  static Row run(Workload workload, long rounds) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(RECORDS);
    for (int n = 0; n < RECORDS; n++) {
      RawEvent event = workload.prediction(n);
      records.add(new ConsumerRecord<>(event.topic(), 0, n, event.key(), event.value()));
    }
    AtomicLong kept = new AtomicLong();
    BenchmarkedSampler sampler = new BenchmarkedSampler(RATE, event -> kept.incrementAndGet());
    play(sampler, records, rounds / 4);
    kept.set(0);
    Meter meter = Meter.now();
    play(sampler, records, rounds);
    Row row = meter.row("sampler, 1 %", "ours", 0, rounds * RECORDS);
    double share = (double) kept.get() / (rounds * RECORDS);
    if (Math.abs(share - RATE) > RATE / 5) {
      throw new IllegalStateException("kept " + share + " of the records");
    }
    return row;
  }

  private static void play(
      BenchmarkedSampler sampler, List<ConsumerRecord<byte[], byte[]>> records, long rounds) {
    for (long round = 0; round < rounds; round++) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        sampler.offer(record);
      }
    }
  }
}
