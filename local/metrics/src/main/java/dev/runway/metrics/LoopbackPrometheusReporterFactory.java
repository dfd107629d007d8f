package dev.runway.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.flink.metrics.reporter.MetricReporter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;

/**
 * Makes the reporter. Setting {@code port}: ports and ranges, for example {@code 9250-9252,9260};
 * every process takes the first free one.
 */
public final class LoopbackPrometheusReporterFactory implements MetricReporterFactory {

  private static final String PORT = "port";
  private static final String DEFAULT_PORT = "9249";

  @Override
  public MetricReporter createMetricReporter(Properties properties) {
    try {
      return LoopbackPrometheusReporter.onFirstFreeOf(properties.getProperty(PORT, DEFAULT_PORT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
