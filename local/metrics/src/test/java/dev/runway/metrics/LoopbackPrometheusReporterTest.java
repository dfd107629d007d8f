package dev.runway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.reporter.MetricReporterFactory;
import org.apache.flink.runtime.metrics.filter.ReporterFilter;
import org.apache.flink.runtime.metrics.groups.FrontMetricGroup;
import org.apache.flink.runtime.metrics.groups.ReporterScopedSettings;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.Test;

class LoopbackPrometheusReporterTest {

  @Test
  void server_metricAdded_isServedOnLoopback() throws Exception {
    LoopbackPrometheusReporter reporter = LoopbackPrometheusReporter.onFirstFreeOf(freePort());
    try {
      SimpleCounter counter = new SimpleCounter();
      counter.inc(42);
      TaskManagerMetricGroup group =
          UnregisteredMetricGroups.createUnregisteredTaskManagerMetricGroup();
      ReporterScopedSettings<Object> settings =
          new ReporterScopedSettings<>(0, '.', ReporterFilter.getNoOpFilter(), Set.of(), Map.of());
      reporter.notifyOfAddedMetric(counter, "joined", new FrontMetricGroup<>(settings, group));

      assertThat(page(reporter.port())).contains("joined").contains("42.0");
    } finally {
      reporter.close();
    }
  }

  @Test
  void server_otherInterfaces_areClosed() throws Exception {
    LoopbackPrometheusReporter reporter = LoopbackPrometheusReporter.onFirstFreeOf(freePort());
    try {
      for (InetAddress address : otherAddresses()) {
        assertThatThrownBy(() -> new Socket(address, reporter.port()).close())
            .isInstanceOf(IOException.class);
      }
    } finally {
      reporter.close();
    }
  }

  @Test
  void onFirstFreeOf_firstTaken_takesTheNext() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String next = freePort();
      LoopbackPrometheusReporter reporter =
          LoopbackPrometheusReporter.onFirstFreeOf(taken.getLocalPort() + "," + next);
      try {
        assertThat(reporter.port()).isEqualTo(Integer.parseInt(next));
      } finally {
        reporter.close();
      }
    }
  }

  @Test
  void onFirstFreeOf_allTaken_saysSo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String only = Integer.toString(taken.getLocalPort());

      assertThatThrownBy(() -> LoopbackPrometheusReporter.onFirstFreeOf(only))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(only);
    }
  }

  @Test
  void factory_isFoundAsAPlugin() throws Exception {
    MetricReporterFactory factory =
        ServiceLoader.load(MetricReporterFactory.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(LoopbackPrometheusReporterFactory.class::isInstance)
            .findFirst()
            .orElseThrow();
    Properties properties = new Properties();
    properties.setProperty("port", freePort());

    factory.createMetricReporter(properties).close();
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .toList();
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private static String page(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
