package dev.runway.flink;

import java.util.function.Consumer;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The step of the source that decides on the record key, as it is. */
public final class BenchmarkedSampler {
  private final RawEventSchema schema;
  private final Collector<RawEvent> out;

  public BenchmarkedSampler(double rate, Consumer<RawEvent> kept) {
    schema = new RawEventSchema(Sampler.of(rate));
    out =
        new Collector<>() {
          @Override
          public void collect(RawEvent event) {
            kept.accept(event);
          }

          @Override
          public void close() {}
        };
  }

  public void offer(ConsumerRecord<byte[], byte[]> record) {
    schema.deserialize(record, out);
  }
}
