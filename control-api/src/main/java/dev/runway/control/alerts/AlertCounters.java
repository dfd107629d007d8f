package dev.runway.control.alerts;

import dev.runway.control.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.List;

/** What became of alerts, counted. */
final class AlertCounters {
  private final Counter sent;
  private final Counter failed;
  private final CounterDataPoint opened;
  private final CounterDataPoint muted;
  private final CounterDataPoint same;

  /**
   * @param targets who is told: there from the start, so that a rate sees the first one too
   */
  AlertCounters(Metrics metrics, List<String> targets) {
    sent =
        metrics.counter(
            "alerts_sent_total", "Alerts that a target has heard of, or of their end.", "target");
    failed =
        metrics.counter(
            "alerts_failed_total", "Alerts that a target did not take when it was told.", "target");
    Counter fates =
        metrics.counter(
            "alerts_total",
            "What was wrong, by what became of it: opened, muted, or deduplicated because it was an"
                + " alert already.",
            "fate");
    opened = fates.labelValues("opened");
    muted = fates.labelValues("muted");
    same = fates.labelValues("deduplicated");
    for (String target : targets) {
      sent.initLabelValues(target);
      failed.initLabelValues(target);
    }
  }

  /** After the commit. */
  void count(List<Fate> fates) {
    for (Fate fate : fates) {
      switch (fate) {
        case OPENED -> opened.inc();
        case MUTED -> muted.inc();
        case SAME -> same.inc();
      }
    }
  }

  void sent(String target, long alerts) {
    sent.labelValues(target).inc(alerts);
  }

  void failed(String target, long alerts) {
    failed.labelValues(target).inc(alerts);
  }
}
