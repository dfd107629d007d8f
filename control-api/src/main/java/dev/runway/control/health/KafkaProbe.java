package dev.runway.control.health;

import dev.runway.control.options.ControlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka every second whether it is there, and every fifth how far groups are behind, so that a
 * question about readiness never waits for it.
 */
public final class KafkaProbe implements AutoCloseable {
  private static final long EVERY_MILLIS = 1_000;
  private static final int LIMIT_MILLIS = 3_000;
  private static final int LAGS_EVERY = 5;

  private final ControlOptions.Kafka options;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "kafka-probe");
  private final GroupLags groups;
  private volatile boolean up;
  private volatile Map<String, Long> lags = Map.of();

  /**
   * @param topicsOfGroups groups of this API, and the topics that each reads
   */
  public KafkaProbe(ControlOptions.Kafka options, Map<String, List<String>> topicsOfGroups) {
    this.options = options;
    this.groups = new GroupLags(topicsOfGroups, LIMIT_MILLIS);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** Whether it answered when it was asked last. */
  public boolean isUp() {
    return up;
  }

  /**
   * How many records each group has still to take, as it was seen last; without what is unknown.
   */
  public Map<String, Long> lags() {
    return lags;
  }

  private void run() {
    Map<String, Object> client =
        options.client(
            Map.of(
                "request.timeout.ms",
                LIMIT_MILLIS,
                "default.api.timeout.ms",
                LIMIT_MILLIS,
                "reconnect.backoff.max.ms",
                1_000,
                "client.id",
                "runway-control-probe"));
    Admin admin = null;
    int looks = 0;
    try {
      do {
        if (admin == null) {
          admin = open(client);
        }
        up = admin != null && answers(admin);
        if (admin == null || !up) {
          lags = Map.of();
          looks = 0;
        } else if (looks++ % LAGS_EVERY == 0) {
          lags = groups.ask(admin);
        }
      } while (!stop.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      up = false;
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO); // It only asks.
      }
    }
  }

  /** Null while the brokers' names cannot even be resolved. */
  private static @Nullable Admin open(Map<String, Object> client) {
    try {
      return Admin.create(client);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static boolean answers(Admin admin) throws InterruptedException {
    try {
      return !admin.describeCluster().nodes().get(LIMIT_MILLIS, TimeUnit.MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false; // Whatever the reason: what matters is that it does not answer.
    }
  }

  @Override
  public void close() {
    stop.countDown();
    thread.interrupt();
    try {
      thread.join(LIMIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
