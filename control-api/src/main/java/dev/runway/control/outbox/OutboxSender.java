package dev.runway.control.outbox;

import dev.runway.control.database.Connections;
import dev.runway.control.database.Sql;
import dev.runway.control.options.ControlOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages to Kafka, at least once, those of one key in order.
 *
 * <p>One instance sends at a time: the one that has an advisory lock, held by the very connection
 * that it reads messages with. An instance that was paused and lost the lock without noticing is
 * kept out by Kafka itself: the next one fences its producer, so nothing old comes after something
 * new.
 */
public final class OutboxSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxSender.class);
  private static final long POLL_MILLIS = 500;
  private static final long LONGEST_WAIT_MILLIS = 5_000;
  private static final long CLEAN_EVERY_NANOS = Duration.ofMinutes(10).toNanos();

  /**
   * After this the database ends the session of a holder that asks nothing, and with it its lock:
   * one whose process was paused would hold it for as long as its host answers for it.
   */
  static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

  private static final String LOCK =
      "SELECT pg_try_advisory_lock(hashtextextended('runway outbox ' || current_schema(), 0))::int";

  private final Connections connections;
  private final ControlOptions.Kafka kafka;
  private final Duration drain;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "outbox");
  private volatile boolean stopping;
  private volatile boolean sending;

  public OutboxSender(
      ControlOptions.Postgres postgres, ControlOptions.Kafka kafka, Duration drain) {
    this.connections = new Connections(postgres, "runway-control-outbox", LONGEST_SILENCE);
    this.kafka = kafka;
    this.drain = drain;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** There is a message: need not wait for the next look. */
  public void messagesWait() {
    wake.release();
  }

  private void run() {
    long wait = POLL_MILLIS;
    while (!stopping) {
      try {
        own();
        wait = POLL_MILLIS;
      } catch (InterruptException e) {
        return;
      } catch (SQLException | KafkaException e) {
        LOG.warn("messages wait: {}; next try in {} ms", e.getMessage(), wait);
        wait = pause(wait) ? Math.min(2 * wait, LONGEST_WAIT_MILLIS) : wait;
      } catch (InterruptedException e) {
        return;
      } catch (Throwable e) { // Whatever it was: without this thread nothing is sent any more.
        LOG.error("messages wait", e);
        wait = pause(wait) ? Math.min(2 * wait, LONGEST_WAIT_MILLIS) : wait;
      }
    }
  }

  private boolean pause(long millis) {
    try {
      // Not woken by messages: what is away is not back because of them.
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
      return false;
    }
  }

  /** Becomes the one that sends, and sends until it stops or something goes away. */
  private void own() throws SQLException, InterruptedException {
    try (Connection connection = connections.getConnection()) {
      connection.setAutoCommit(true);
      Sql sql = Sql.over(connection);
      while (sql.number(LOCK) == 0) {
        wake.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
        wake.drainPermits();
        if (stopping) {
          return;
        }
      }
      try (MessageProducer producer = new MessageProducer(kafka)) {
        sending = true;
        send(sql, producer);
      } finally {
        sending = false;
      }
    }
  }

  private void send(Sql sql, MessageProducer producer) throws SQLException, InterruptedException {
    long cleaned = System.nanoTime() - CLEAN_EVERY_NANOS;
    TopicTurns turns = new TopicTurns();
    while (true) {
      int sent = turns.next(sql, producer);
      if (sent > 0) {
        continue;
      }
      if (stopping) {
        return;
      }
      if (System.nanoTime() - cleaned >= CLEAN_EVERY_NANOS) {
        sql.rows("SELECT drop_sent_messages(), drop_old_idempotency_keys()");
        cleaned = System.nanoTime();
      }
      wake.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
      wake.drainPermits();
    }
  }

  /** Sends what waits, as far as that goes in time, and ends; at once where Kafka is away. */
  @Override
  public void close() {
    stopping = true;
    wake.release();
    try {
      thread.join(sending ? Math.max(1, drain.toMillis()) : POLL_MILLIS);
      thread.interrupt();
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
