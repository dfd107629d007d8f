package dev.runway.bench;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricConfig;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/** Lets a benchmark read the metrics of the jobs in this JVM, which costs them nothing. */
public final class FlinkMetrics implements MetricReporter, MetricReporterFactory {
  /** What a configuration must hold. */
  static final Map<String, String> SETTINGS =
      Map.of("metrics.reporter.bench.factory.class", FlinkMetrics.class.getName());

  private static final Map<Metric, String> NAMES = new ConcurrentHashMap<>();

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    return this;
  }

  @Override
  public void open(MetricConfig config) {}

  @Override
  public void close() {}

  @Override
  public void notifyOfAddedMetric(Metric metric, String metricName, MetricGroup group) {
    String operator = group.getAllVariables().getOrDefault("<operator_name>", "");
    NAMES.put(metric, operator + "." + metricName);
  }

  @Override
  public void notifyOfRemovedMetric(Metric metric, String metricName, MetricGroup group) {
    NAMES.remove(metric);
  }

  /** Records that an operator has taken in, over all its subtasks. */
  static long recordsIn(String operator) {
    String name = operator + ".numRecordsIn";
    long sum = 0;
    for (Map.Entry<Metric, String> each : NAMES.entrySet()) {
      if (each.getValue().equals(name) && each.getKey() instanceof Counter counter) {
        sum += counter.getCount();
      }
    }
    return sum;
  }

  /** The greatest value of a job's gauge, such as lastCheckpointDuration; -1 without. */
  static long ofJob(String gauge) {
    String name = "." + gauge;
    long greatest = -1;
    for (Map.Entry<Metric, String> each : NAMES.entrySet()) {
      if (each.getValue().equals(name)
          && each.getKey() instanceof Gauge<?> found
          && found.getValue() instanceof Number number) {
        greatest = Math.max(greatest, number.longValue());
      }
    }
    return greatest;
  }
}
