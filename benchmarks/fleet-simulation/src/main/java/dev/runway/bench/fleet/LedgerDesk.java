package dev.runway.bench.fleet;

import dev.runway.control.database.Database;
import dev.runway.control.ledger.Assent;
import dev.runway.control.ledger.Ledger;
import dev.runway.control.ledger.LedgerRules;
import dev.runway.control.ledger.Move;
import dev.runway.control.options.ControlOptions;
import dev.runway.control.outbox.Change;
import dev.runway.model.MalformedEvent;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatusCodec;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The real ledger over a real database, at a time that somebody else sets. */
public final class LedgerDesk implements AutoCloseable {
  private final Hand clock;
  private final Database database;
  private final Ledger ledger;
  private long readTo;

  /** A clock that is set by hand. */
  private static final class Hand extends Clock {
    private volatile Instant now;

    Hand(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /**
   * @param budget of a month, in US dollars
   */
  public LedgerDesk(ControlOptions.Postgres postgres, double budget, Instant now) {
    clock = new Hand(now);
    database = new Database(postgres);
    BigDecimal month = BigDecimal.valueOf(budget).setScale(2);
    LedgerRules rules =
        new LedgerRules(
            Duration.ofHours(24),
            Duration.ofHours(24),
            month,
            month.divide(BigDecimal.valueOf(5)),
            Duration.ofHours(2),
            Duration.ofHours(24),
            false,
            BigDecimal.ZERO);
    ledger = new Ledger(database, clock, rules, () -> {});
  }

  void setTo(long millis) {
    clock.now = Instant.ofEpochMilli(millis);
  }

  /** Whether it was new. */
  boolean receive(RetrainCommand command) {
    return ledger.receive(command, "topic:runway.retrains");
  }

  /** A person says yes. */
  void approve(UUID command) {
    Assent.give(ledger, database, command);
  }

  /** Whether it was in one of the states. */
  boolean move(Move move) {
    return database.write(
        sql ->
            ledger
                .transitions()
                .move(new Change(sql, "scheduler", "r-" + move.commandId()), move)
                .isPresent());
  }

  /** Does all that is due. */
  void settle() {
    while (ledger.step()) {
      // Once more: what it did may have made room, or used it up.
    }
  }

  /** What it has said since it was asked last, in its order. */
  List<RetrainStatus> news() {
    return database.read(
        sql -> {
          List<RetrainStatus> statuses = new ArrayList<>();
          for (var row :
              sql.rows(
                  "SELECT seq, message FROM outbox WHERE topic = 'RETRAIN_STATUS' AND seq > ?"
                      + " ORDER BY seq",
                  readTo)) {
            readTo = row.path("seq").asLong();
            byte[] message = HexFormat.of().parseHex(row.path("message").asText());
            statuses.add(status(message));
          }
          return statuses;
        });
  }

  private static RetrainStatus status(byte[] message) {
    try {
      return RetrainStatusCodec.read(message);
    } catch (MalformedEvent e) {
      throw new IllegalStateException("the ledger said what nobody can read", e);
    }
  }

  /** The one number that a question about its tables has. */
  long number(String sql) {
    return database.read(connection -> connection.number(sql));
  }

  @Override
  public void close() {
    database.close();
  }
}
