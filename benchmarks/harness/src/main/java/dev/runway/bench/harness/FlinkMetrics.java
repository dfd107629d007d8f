package dev.runway.bench.harness;

import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
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
  public static long recordsIn(String operator) {
    return sum(operator, "numRecordsIn");
  }

  /** The sum of a counter of an operator over all its subtasks. */
  public static long sum(String operator, String counter) {
    String name = operator + "." + counter;
    long sum = 0;
    for (Map.Entry<Metric, String> each : NAMES.entrySet()) {
      if (each.getValue().equals(name) && each.getKey() instanceof Counter found) {
        sum += found.getCount();
      }
    }
    return sum;
  }

  /** The sum of a gauge of an operator over all its subtasks. */
  public static long sumOfGauges(String operator, String gauge) {
    return numbers(operator + "." + gauge).mapToLong(Number::longValue).sum();
  }

  /** The greatest value of a gauge of an operator's subtasks; -1 without. */
  public static long greatest(String operator, String gauge) {
    return numbers(operator + "." + gauge).mapToLong(Number::longValue).max().orElse(-1);
  }

  /** The least value of a gauge of an operator's subtasks; -1 without. */
  public static long least(String operator, String gauge) {
    return numbers(operator + "." + gauge).mapToLong(Number::longValue).min().orElse(-1);
  }

  /** The greatest value of a job's gauge, such as lastCheckpointDuration; -1 without. */
  public static long ofJob(String gauge) {
    return greatest("", gauge);
  }

  private static Stream<Number> numbers(String name) {
    return NAMES.entrySet().stream()
        .filter(each -> each.getValue().equals(name))
        .filter(each -> each.getKey() instanceof Gauge<?>)
        .map(each -> ((Gauge<?>) each.getKey()).getValue())
        .filter(Number.class::isInstance)
        .map(Number.class::cast);
  }
}
