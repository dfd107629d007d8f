package dev.runway.retraintrigger.stream;

import dev.runway.model.Topic;
import dev.runway.retraintrigger.known.KnownFeed;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.metrics.MetricGroup;
import org.jspecify.annotations.Nullable;

/**
 * Has a feed read what is written as it comes, in the thread of its operator, and shows it.
 *
 * <p>What is read so is held and decides nothing before its tick: the clock says when it is read,
 * and never what is known at a tick.
 *
 * <p>Gauges: of each topic how far it has been read, such as {@code models-read-to}, the offset
 * behind its newest record; {@code held-documents}, those that wait for their tick.
 */
final class ReadOn implements AutoCloseable {
  /** One round trip behind what is written, and a look costs microseconds. */
  static final long EVERY_MILLIS = 500;

  private final ProcessingTimeService clock;
  private final KnownFeed feed;
  private @Nullable ScheduledFuture<?> next;

  private ReadOn(ProcessingTimeService clock, KnownFeed feed) {
    this.clock = clock;
    this.feed = feed;
  }

  /** Begins with it; the feed stays who opened it's to close. */
  static ReadOn begin(
      ProcessingTimeService clock, KnownFeed feed, Set<Topic> topics, MetricGroup metrics) {
    for (Topic topic : topics) {
      metrics.gauge(gauge(topic), () -> feed.readTo(topic));
    }
    metrics.gauge("held-documents", feed::held);
    ReadOn begun = new ReadOn(clock, feed);
    begun.readLater();
    return begun;
  }

  private static String gauge(Topic topic) {
    return topic.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-read-to";
  }

  private void readLater() {
    next =
        clock.registerTimer(
            // Not after the last one was due: one that was held up shall not come in a burst.
            clock.getCurrentProcessingTime() + EVERY_MILLIS,
            time -> {
              feed.readOn();
              readLater();
            });
  }

  @Override
  public void close() {
    if (next != null) {
      next.cancel(false);
    }
  }
}
