package dev.runway.control.audit;

import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the head of the audit chain to the log, at the start and once a day: logs are gathered
 * where whoever rules the database does not.
 */
public final class AuditHeads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditHeads.class);
  private static final long CLOSE_MILLIS = 1_000;
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Database database;
  private final AuditSeal seal;
  private final Duration every;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "audit-head");

  public AuditHeads(Database database, AuditSeal seal) {
    this(database, seal, Duration.ofDays(1));
  }

  /**
   * @param every how long between two
   */
  public AuditHeads(Database database, AuditSeal seal, Duration every) {
    this.database = database;
    this.seal = seal;
    this.every = every;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    Duration wait = Duration.ZERO;
    try {
      while (!end.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = told() ? every : AGAIN;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean told() {
    try {
      LOG.info("audit head {}", database.read(seal::head));
      return true;
    } catch (Unavailable e) {
      LOG.info("the audit head waits: {}", e.getMessage());
      return false;
    } catch (RuntimeException e) {
      LOG.warn("the audit head cannot be told", e);
      return false;
    }
  }

  @Override
  public void close() {
    end.countDown();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
