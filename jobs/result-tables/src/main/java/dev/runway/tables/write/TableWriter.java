package dev.runway.tables.write;

import dev.runway.model.MalformedEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings rows into one table: buffers them by key, writes many with one statement, waits while the
 * database is away, and finds the row that is at fault when it refuses a batch.
 *
 * <p>What {@link #flush} returned from is committed or was handed to {@link Refused}; what is in
 * the buffer otherwise is lost with the writer and comes again from Kafka. Used by one thread, but
 * for {@link #waiting} and {@link #outageSeconds}.
 */
public final class TableWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

  /** Rows wait meanwhile; what is not done then is done a minute later. */
  private static final Duration ROLL_UP_AT_ONCE = Duration.ofSeconds(2);

  private final Table table;
  private final RowStore store;
  private final Limits limits;
  private final WriterCounts counts;
  private final Refused refused;
  private final Outage outage;
  private final Outage.Clock clock;
  private final List<RollUpPace> rollUps = new ArrayList<>();
  private final RowBuffer buffer;
  private volatile int waiting;

  /**
   * How much and how long.
   *
   * @param batchRows rows of one statement at most
   * @param batchBytes bytes after which a statement takes no further row
   * @param outageWait how long the database may be away before {@link #flush} gives up
   */
  public record Limits(int batchRows, int batchBytes, Duration outageWait) {}

  /** Takes the rows that cannot be stored. */
  public interface Refused {
    void accept(TableRow row, MalformedEvent why);
  }

  public TableWriter(
      Table table, RowStore store, Limits limits, WriterCounts counts, Refused refused) {
    this(table, store, limits, counts, refused, Outage.Clock.SYSTEM);
  }

  TableWriter(
      Table table,
      RowStore store,
      Limits limits,
      WriterCounts counts,
      Refused refused,
      Outage.Clock clock) {
    this.table = table;
    this.store = store;
    this.limits = limits;
    this.counts = counts;
    this.refused = refused;
    this.outage = new Outage(clock);
    this.clock = clock;
    table.rollUps().forEach(function -> rollUps.add(new RollUpPace(function)));
    this.buffer = new RowBuffer(table);
  }

  /** Takes a row, and writes the buffer out when it is full. */
  public void add(TableRow row) throws DatabaseAway, InterruptedException {
    counts.received();
    try {
      RowChecks.check(table, row);
    } catch (MalformedEvent why) {
      refuse(row, why);
      return;
    }
    buffer.add(row);
    waiting = buffer.size();
    if (waiting >= limits.batchRows() || buffer.bytes() >= limits.batchBytes()) {
      flush();
    }
  }

  /**
   * Writes everything out that was added.
   *
   * @throws DatabaseAway when the database was away for too long; some of the rows may be in
   */
  public void flush() throws DatabaseAway, InterruptedException {
    if (buffer.isEmpty()) {
      return;
    }
    List<Rivals> batch = buffer.drain();
    Refusals refusals = write(batch);
    SQLException wrongTable = refusals.faultOfTable();
    while (wrongTable != null) {
      failed(wrongTable);
      refusals = write(batch);
      wrongTable = refusals.faultOfTable();
    }
    answered();
    refusals.all().forEach(one -> refuse(one.row(), SqlFaults.refusal(one.fault())));
    waiting = 0;
    counts.flushed();
  }

  /**
   * Has the database drop some of what is old, if the table has an end. When it cannot, it is asked
   * again next time: nothing waits for it.
   */
  public void prune() {
    if (table.pruning() == null || !outage.lasts().isZero()) {
      return;
    }
    try {
      counts.pruned(store.prune());
    } catch (SQLException fault) {
      store.disconnect();
      LOG.warn(
          "{}: old rows stay for now: {} {}",
          table.name(),
          SqlFaults.state(fault),
          SqlFaults.message(fault));
    }
  }

  /**
   * Has the database make anew what is rolled up of the rows, in steps that are committed one by
   * one, for some seconds at most. When it cannot, it is asked for less next time.
   */
  public void rollUp() {
    for (RollUpPace pace : rollUps) {
      if (!outage.lasts().isZero()) {
        return;
      }
      long begun = clock.nanos();
      try {
        while (step(pace) && clock.nanos() - begun < ROLL_UP_AT_ONCE.toNanos()) {
          // Another one.
        }
      } catch (SQLException fault) {
        pace.failed();
        store.disconnect();
        LOG.warn(
            "{}: {} is for later: {} {}",
            table.name(),
            pace.function(),
            SqlFaults.state(fault),
            SqlFaults.message(fault));
      }
    }
  }

  /** Whether there may be more. */
  private boolean step(RollUpPace pace) throws SQLException {
    int most = pace.most();
    long begun = clock.nanos();
    int made = store.rollUp(pace.function(), most, pace.turn());
    counts.rolledUp(made);
    if (made >= most) {
      pace.took(Duration.ofNanos(clock.nanos() - begun));
      return true;
    }
    return false;
  }

  /** Rows in the buffer. */
  public int waiting() {
    return waiting;
  }

  /** For how long the database has not been taking rows; 0 when it does. */
  public long outageSeconds() {
    return outage.lasts().toSeconds();
  }

  /** Lets go of the connection. Rows in the buffer are not written. Never throws. */
  @Override
  public void close() {
    store.close();
  }

  private Refusals write(List<Rivals> batch) throws DatabaseAway, InterruptedException {
    Refusals refusals = new Refusals(table);
    write(batch, refusals);
    return refusals;
  }

  private void write(List<Rivals> batch, Refusals refusals)
      throws DatabaseAway, InterruptedException {
    try {
      int written = persist(batch.stream().map(Rivals::newest).toList());
      counts.written(written);
      counts.outdated(batch.size() - written);
      counts.replaced(batch.stream().mapToInt(Rivals::older).sum());
      refusals.someWereTaken();
    } catch (RowsRefused e) {
      separate(batch, e.fault, refusals);
    }
  }

  /**
   * Halves a refused batch until the row at fault is alone: all others get in, and so does an older
   * row of the same key that would have been superfluous.
   */
  private void separate(List<Rivals> batch, SQLException fault, Refusals refusals)
      throws DatabaseAway, InterruptedException {
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      write(batch.subList(0, half), refusals);
      write(batch.subList(half, batch.size()), refusals);
      return;
    }
    Rivals alone = batch.get(0);
    refusals.add(alone.newest(), fault);
    if (alone.older() > 0) {
      write(List.of(alone.withoutNewest()), refusals);
    }
  }

  private void refuse(TableRow row, MalformedEvent why) {
    counts.refused();
    refused.accept(row, why);
  }

  private int persist(List<TableRow> rows) throws RowsRefused, DatabaseAway, InterruptedException {
    while (true) {
      try {
        int written = store.upsert(rows);
        answered();
        return written;
      } catch (SQLException fault) {
        if (SqlFaults.blamesRow(fault)) {
          throw new RowsRefused(fault);
        }
        failed(fault);
      }
    }
  }

  private void answered() {
    Duration lasted = outage.lasts();
    if (outage.answered()) {
      LOG.info("{} is written again after {} s", table.name(), lasted.toSeconds());
    }
  }

  private void failed(SQLException fault) throws DatabaseAway, InterruptedException {
    store.disconnect();
    if (outage.failed()) {
      LOG.warn(
          "{} cannot be written, trying for up to {}: {} {}",
          table.name(),
          limits.outageWait(),
          SqlFaults.state(fault),
          SqlFaults.message(fault));
    }
    Duration lasts = outage.lasts();
    if (lasts.compareTo(limits.outageWait()) >= 0) {
      throw new DatabaseAway(table.name(), lasts, fault);
    }
    counts.retried();
    outage.waitForNextTry();
  }

  /** The batch is at fault, not the database. */
  private static final class RowsRefused extends Exception {
    private final transient SQLException fault;

    RowsRefused(SQLException fault) {
      super(fault);
      this.fault = fault;
    }
  }
}
