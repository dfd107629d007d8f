package dev.runway.sql;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * How long a migration waits for those who work in the schema.
 *
 * @param lockTimeout for one lock, unless the migration says otherwise
 * @param pause before it is tried again, so that those who waited for it get on
 * @param whole how long it is tried again; at least once it is tried
 */
record Patience(Duration lockTimeout, Duration pause, Duration whole) {
  /**
   * Whoever comes behind a migration that waits has to wait too, so two seconds it is. Autovacuum
   * gives way to those who have waited for one.
   */
  static final Patience USUAL =
      new Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(10));

  private static final Set<String> IN_THE_WAY = Set.of("40P01", "55P03");

  /**
   * Does it, again and again while others are in the way.
   *
   * @throws FlywayException if it fails for another reason, or still when time is over
   */
  void tryAgain(Runnable migration, Consumer<String> told) {
    long end = System.nanoTime() + whole.toNanos();
    while (true) {
      try {
        migration.run();
        return;
      } catch (FlywayException e) {
        SQLException inTheWay = inTheWay(e);
        if (inTheWay == null || System.nanoTime() - end >= 0 || !hasPaused()) {
          throw e;
        }
        told.accept("others are in the way, it is tried again: " + inTheWay.getMessage());
      }
    }
  }

  private static @Nullable SQLException inTheWay(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException fault
          && fault.getSQLState() != null
          && IN_THE_WAY.contains(fault.getSQLState())) {
        return fault;
      }
    }
    return null;
  }

  /** Whether it may go on. */
  private boolean hasPaused() {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
