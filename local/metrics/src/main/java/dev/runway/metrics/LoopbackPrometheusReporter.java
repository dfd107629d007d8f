package dev.runway.metrics;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import org.apache.flink.metrics.prometheus.AbstractPrometheusReporter;
import org.apache.flink.util.NetUtils;

/**
 * Flink's reporter with another server: Flink's own listens on every interface and has no setting
 * for that, and metrics tell names and volumes.
 */
public final class LoopbackPrometheusReporter extends AbstractPrometheusReporter {

  private final HTTPServer server;

  private LoopbackPrometheusReporter(int port) throws IOException {
    server =
        new HTTPServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), registry(this), true);
  }

  /**
   * A reporter that listens.
   *
   * @param ports ports and ranges, tried in order
   * @throws IOException if none is free
   */
  static LoopbackPrometheusReporter onFirstFreeOf(String ports) throws IOException {
    Iterator<Integer> candidates = NetUtils.getPortRangeFromString(ports);
    while (candidates.hasNext()) {
      try {
        return new LoopbackPrometheusReporter(candidates.next());
      } catch (BindException e) {
        // Another process of the cluster has it.
      }
    }
    throw new IOException("no port of " + ports + " is free for metrics");
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.stop();
    super.close();
  }

  /** The metrics Flink registers; the field is not open to subclasses of other packages. */
  private static CollectorRegistry registry(AbstractPrometheusReporter reporter) {
    try {
      Field field = AbstractPrometheusReporter.class.getDeclaredField("registry");
      field.setAccessible(true);
      return (CollectorRegistry) field.get(reporter);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Flink keeps its Prometheus registry elsewhere", e);
    }
  }
}
