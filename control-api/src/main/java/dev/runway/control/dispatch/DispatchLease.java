package dev.runway.control.dispatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import java.time.Duration;
import java.util.Optional;

/**
 * Which instance dispatches: one row, whose epoch rises with every new owner. Times are the
 * database's, so that clocks of instances need not agree.
 *
 * <p>Losing it is found out late, for a process may be paused at any time. What counts is therefore
 * the epoch, which every change of a command is held against; the time here only spares a paused
 * owner the call that would be in vain.
 */
final class DispatchLease {
  private static final String TAKE =
      """
      UPDATE dispatch_lease
      SET owner = ?, epoch = epoch + 1,
          expires_at = clock_timestamp() + ?::bigint * interval '1 millisecond'
      WHERE expires_at <= clock_timestamp()
      RETURNING epoch
      """;

  private static final String RENEW =
      """
      UPDATE dispatch_lease
      SET expires_at = clock_timestamp() + ?::bigint * interval '1 millisecond'
      WHERE epoch = ?
      """;

  private static final String RELEASE =
      "UPDATE dispatch_lease SET owner = NULL, expires_at = clock_timestamp() WHERE epoch = ?";

  private final Database database;
  private final String owner;
  private final Duration length;
  private long renewedNanos;

  DispatchLease(Database database, String owner, Duration length) {
    this.database = database;
    this.owner = owner;
    this.length = length;
  }

  /**
   * Takes it, if nobody has it.
   *
   * @return the new epoch; 0 when somebody else has it
   */
  long take() {
    long now = System.nanoTime();
    Optional<ObjectNode> taken = database.write(sql -> sql.row(TAKE, owner, length.toMillis()));
    renewedNanos = now;
    return taken.map(row -> row.path("epoch").asLong()).orElse(0L);
  }

  /**
   * Keeps it, if a third of its time is over.
   *
   * @throws LeaseLost if somebody else has taken it
   */
  void keep(long epoch) {
    long now = System.nanoTime();
    if (now - renewedNanos < length.toNanos() / 3) {
      return;
    }
    if (database.write(sql -> sql.update(RENEW, length.toMillis(), epoch)) == 0) {
      throw new LeaseLost(epoch);
    }
    renewedNanos = now;
  }

  /**
   * Makes sure that nobody else can have it while a scheduler is asked, which takes half its time
   * at most.
   *
   * @return until when that is sure, by {@link System#nanoTime}: whoever is paused before it asks
   *     must look again
   * @throws LeaseLost if that is not sure any more
   */
  long require(long epoch) {
    keep(epoch);
    if (System.nanoTime() - renewedNanos >= length.toNanos() / 2) {
      throw new LeaseLost(epoch);
    }
    return renewedNanos + length.toNanos();
  }

  /** Lets another instance have it at once. */
  void release(long epoch) {
    database.write(sql -> sql.update(RELEASE, epoch));
  }
}
