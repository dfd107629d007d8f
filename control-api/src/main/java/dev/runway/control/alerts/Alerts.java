package dev.runway.control.alerts;

import dev.runway.control.calls.AddressGuard;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.control.dispatch.Dispatcher;
import dev.runway.control.metrics.Metrics;
import dev.runway.control.options.AlertOptions;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.topics.GroupConsumer;
import dev.runway.model.Topic;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Alerts: found in topics and in the ledger, kept in the database, and told to every target that is
 * configured by a thread of its own. Without a target they are found and kept all the same.
 */
public final class Alerts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
  private static final long LOOK_MILLIS = 2_000;
  private static final long CLEAN_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

  private final Database database;
  private final AlertStore store;
  private final AlertCounters counters;
  private final GroupConsumer consumer;
  private final @Nullable LedgerWatch watch;
  private final List<Courier> couriers = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "alerts-watch");
  private volatile @Nullable Long open;
  private long cleaned = System.nanoTime() - CLEAN_EVERY_NANOS;

  /**
   * @param dispatcher null when commands go nowhere
   * @param messagesWait told when there is a message to send
   */
  public Alerts(
      ControlOptions options,
      Database database,
      @Nullable Dispatcher dispatcher,
      Metrics metrics,
      Runnable messagesWait) {
    this.database = database;
    List<AlertTarget> targets = targets(options.alerts());
    List<String> names = targets.stream().map(AlertTarget::name).toList();
    store = new AlertStore(names);
    counters = new AlertCounters(metrics, names);
    metrics.gauge("alerts_open", "Alerts that are open.", () -> open);
    AlertOptions.Alertmanager alertmanager = options.alerts().alertmanager();
    Duration refresh = alertmanager == null ? Duration.ZERO : alertmanager.refresh();
    for (AlertTarget target : targets) {
      DeliveryStore deliveries =
          new DeliveryStore(database, target.name(), target.forgets(), refresh);
      couriers.add(new Courier(target, deliveries, counters));
    }
    consumer =
        new GroupConsumer(
            options.kafka(),
            AlertReader.reading(options.kafka()),
            new AlertReader(options.kafka(), database, store, counters, messagesWait));
    watch =
        options.retrains().byTicks()
            // What has taken too long it asks by the database's clock, and this ledger has another.
            ? null
            : new LedgerWatch(
                database,
                store,
                dispatcher == null ? null : of(dispatcher),
                LedgerWatch.GRACE,
                Clock.systemUTC(),
                System::nanoTime);
    thread.setDaemon(true);
  }

  /** The group that states and decisions are read in. */
  public static String group(ControlOptions.Kafka options) {
    return options.namespace() + "-alerts";
  }

  /** What is read in it. */
  public static List<String> topics(ControlOptions.Kafka options) {
    return List.of(
        Topic.STALENESS.in(options.namespace()), Topic.DECISIONS.in(options.namespace()));
  }

  private static LedgerWatch.Dispatch of(Dispatcher dispatcher) {
    return new LedgerWatch.Dispatch() {
      @Override
      public boolean isDispatching() {
        return dispatcher.isDispatching();
      }

      @Override
      public @Nullable Instant schedulerAwaySince() {
        return dispatcher.schedulerAwaySince();
      }

      @Override
      public @Nullable String schedulerAwayBecause() {
        return dispatcher.schedulerAwayBecause();
      }

      @Override
      public @Nullable Set<UUID> unasked() {
        return dispatcher.unasked();
      }
    };
  }

  /** Everybody who is told, by the settings. */
  static List<AlertTarget> targets(AlertOptions options) {
    List<AlertTarget> targets = new ArrayList<>();
    Link link = new Link(options.link());
    HttpCalls calls = calls(options, null, options.privateToo());
    AlertOptions.Alertmanager alertmanager = options.alertmanager();
    if (alertmanager != null) {
      // It stands in the own network, where else.
      HttpCalls own = calls(options, alertmanager.headersFile(), true);
      targets.add(new Alertmanager(own, alertmanager.url(), alertmanager.refresh(), link));
    }
    AlertOptions.PagerDuty pagerDuty = options.pagerDuty();
    if (pagerDuty != null) {
      targets.add(new PagerDuty(calls, pagerDuty.url(), pagerDuty.keyFile(), link));
    }
    AlertOptions.Slack slack = options.slack();
    if (slack != null) {
      targets.add(new Slack(calls, slack.urlFile(), link));
    }
    AlertOptions.Webhook webhook = options.webhook();
    if (webhook != null) {
      targets.add(new AnyWebhook(calls, webhook.url(), webhook.secretFile(), link));
    }
    return targets;
  }

  private static HttpCalls calls(
      AlertOptions options, @Nullable Path headersFile, boolean privateToo) {
    return new HttpCalls(options.timeout(), headersFile, new AddressGuard(privateToo));
  }

  public void start() {
    consumer.start();
    thread.start();
    couriers.forEach(Courier::start);
  }

  private void run() {
    boolean told = false;
    try {
      do {
        try {
          if (!told) {
            // Of what was open when a target came to be, it hears too.
            database.write(
                sql -> {
                  store.tellAll(sql);
                  return true;
                });
            told = true;
          }
          look();
        } catch (Unavailable e) {
          LOG.warn("alerts of the ledger wait: {}", e.getMessage());
        } catch (Throwable e) { // Whatever it was: without this thread nobody looks any more.
          LOG.error("alerts of the ledger wait", e);
        }
      } while (!end.await(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    if (watch != null) {
      counters.count(watch.look());
    }
    if (System.nanoTime() - cleaned >= CLEAN_EVERY_NANOS) {
      database.write(sql -> sql.number("SELECT drop_old_alerts()"));
      cleaned = System.nanoTime();
    }
    open = database.read(AlertStore::count);
  }

  /** Ends after what is under way. */
  @Override
  public void close() {
    end.countDown();
    consumer.close();
    couriers.forEach(Courier::close);
    try {
      thread.join(2_000);
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
