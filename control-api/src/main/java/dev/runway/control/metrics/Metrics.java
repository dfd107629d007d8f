package dev.runway.control.metrics;

import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.RequestMetrics;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Metrics in Prometheus' text format. Labels are operations, classes of status and parts of the
 * process: nothing that a request or a model could make more of.
 */
public final class Metrics implements RequestMetrics {
  private static final String PREFIX = "runway_control_";
  private static final String NO_OPERATION = "none";
  private static final int TOO_MANY = 429;

  /** Plain reads are to take less than 50 ms, walks through the graph less than 500. */
  private static final double[] SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Counter requests;
  private final Counter refused;
  private final Histogram seconds;

  public Metrics() {
    requests =
        Counter.builder()
            .name(PREFIX + "requests_total")
            .help("Requests that were answered.")
            .labelNames("operation", "status")
            .register(registry);
    seconds =
        Histogram.builder()
            .name(PREFIX + "request_seconds")
            .help("Time from the first byte of a request's head to the end of its answer.")
            .labelNames("operation")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    refused =
        Counter.builder()
            .name(PREFIX + "rate_limited_total")
            .help("Requests that were answered with 429.")
            .register(registry);
    for (Operation operation : Operation.values()) {
      // There from the start, so that a rate over them sees the first request too.
      requests.labelValues(operation.id(), "2xx");
    }
  }

  public void handle(Handlers handlers) {
    handlers.plain(Operation.METRICS, this::scrape);
  }

  /** A number that only rises, under the values of labels. */
  public Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(PREFIX + name).help(help).labelNames(labels).register(registry);
  }

  /** A number that is asked for at each scrape; left out while there is none. */
  public Metrics gauge(String name, String help, Supplier<@Nullable Number> value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .callback(
            callback -> {
              Number now = value.get();
              if (now != null) {
                callback.call(now.doubleValue());
              }
            })
        .register(registry);
    return this;
  }

  /** The same for several, each under the value of one label; there are as many as the map has. */
  public Metrics gauges(
      String name,
      String help,
      String label,
      Supplier<? extends Map<String, ? extends Number>> values) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(label)
        .callback(
            callback ->
                values.get().forEach((value, now) -> callback.call(now.doubleValue(), value)))
        .register(registry);
    return this;
  }

  @Override
  public void answered(@Nullable Operation operation, int status, long nanos) {
    String name = operation == null ? NO_OPERATION : operation.id();
    requests.labelValues(name, status / 100 + "xx").inc();
    if (status == TOO_MANY) {
      refused.inc();
    }
    if (operation != Operation.LISTEN) { // Which takes as long as somebody listens.
      DistributionDataPoint times = seconds.labelValues(name);
      times.observe(nanos / 1e9);
    }
  }

  private Answer scrape(Call call) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
    return Answer.text(writer.getContentType(), text.toString(StandardCharsets.UTF_8));
  }
}
