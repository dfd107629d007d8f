package dev.runway.flink;

import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.CumulativeCount;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/** The part of a Kafka consumer that counts answered fetches. */
final class Fetches implements AutoCloseable {
  private final Metrics metrics;
  private final Sensor counter;

  Fetches(FetchAnswers answers) {
    Properties consumer = new Properties();
    answers.follow(consumer);
    FetchAnswers.Reporter reporter = new FetchAnswers.Reporter();
    reporter.configure(Utils.propsToMap(consumer));
    metrics = new Metrics(new MetricConfig(), List.of(reporter), Time.SYSTEM);
    counter = metrics.sensor("fetches");
    counter.add(
        metrics.metricName("fetch-total", "consumer-fetch-manager-metrics"), new CumulativeCount());
  }

  void answer() {
    counter.record();
  }

  @Override
  public void close() {
    metrics.close();
  }
}
