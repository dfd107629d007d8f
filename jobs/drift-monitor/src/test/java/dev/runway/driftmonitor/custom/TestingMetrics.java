package dev.runway.driftmonitor.custom;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Counters by name, those of a group behind its name. */
final class TestingMetrics extends UnregisteredMetricsGroup {
  private final String prefix;
  private final Map<String, Counter> counters;

  TestingMetrics() {
    this("", new HashMap<>());
  }

  private TestingMetrics(String prefix, Map<String, Counter> counters) {
    this.prefix = prefix;
    this.counters = counters;
  }

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(prefix + name, key -> super.counter(name));
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return new TestingMetrics(prefix + key + "." + value + ".", counters);
  }

  long count(String name) {
    return counters.get(name).getCount();
  }
}
