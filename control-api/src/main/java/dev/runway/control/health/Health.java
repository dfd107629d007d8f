package dev.runway.control.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the process lives, and whether the parts it needs answer. */
public final class Health {
  /**
   * This route is open to everybody: however often it is asked, the database is asked this often.
   */
  private static final long KEEP_NANOS = Duration.ofSeconds(1).toNanos();

  /** With Kafka there a message waits for half a second; after a minute nobody sends. */
  private static final long LONGEST_WAIT_SECONDS = 60;

  private static final String WAITING =
      """
      SELECT count(*) AS waiting,
             coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint
                 AS oldest_seconds
      FROM (SELECT created_at FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT 10000) AS w
      """;

  private final Database database;
  private final KafkaProbe kafka;
  private final Supplier<@Nullable Scheduler> scheduler;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final ReentrantLock looking = new ReentrantLock();
  private volatile @Nullable Seen seen;

  /**
   * @param scheduler how it is, as this instance knows it; null while another instance dispatches
   */
  public Health(Database database, KafkaProbe kafka, Supplier<@Nullable Scheduler> scheduler) {
    this.database = database;
    this.kafka = kafka;
    this.scheduler = scheduler;
  }

  /**
   * What runs the trainings.
   *
   * @param awaySince since when it does not answer as it should; null when it does, or nothing
   *     waits for it
   */
  public record Scheduler(String name, @Nullable Instant awaySince) {
    boolean isUp() {
      return awaySince == null;
    }
  }

  public void handle(Handlers handlers) {
    handlers.plain(Operation.LIVENESS, call -> live()).plain(Operation.READINESS, this::ready);
  }

  /** From now on it is not ready, so that nothing new is sent here. */
  public void stopping() {
    stopping.set(true);
  }

  private static Answer live() {
    return Answer.ok(JsonNodeFactory.instance.objectNode().put("status", "live"));
  }

  /**
   * Without the database nothing can be answered. Without Kafka everything can, changes too: their
   * messages wait in the outbox. Without the scheduler granted commands wait.
   */
  private Answer ready(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode outbox = outbox();
    boolean kafkaUp = kafka.isUp();
    Scheduler runs = scheduler.get();
    String status = status(stopping.get(), kafkaUp, outbox, runs == null || runs.isUp());
    body.put("status", status);
    body.put("database", outbox == null ? "down" : "up");
    body.put("kafka", kafkaUp ? "up" : "down");
    kafka.lags().forEach(body.withObject("/consumer_lag")::put);
    if (outbox != null) {
      body.set("outbox", outbox);
    }
    if (runs != null) {
      ObjectNode told = body.putObject("scheduler").put("name", runs.name());
      Instant since = runs.awaySince();
      told.put("status", since == null ? "up" : "away");
      if (since != null) {
        told.put("away_since", since.toString());
      }
    }
    return Answer.status(status.equals("ready") || status.equals("degraded") ? 200 : 503, body);
  }

  /**
   * The word for how it is.
   *
   * @param outbox what waits in it; null when the database does not answer
   * @param schedulerUp also when this instance does not know
   */
  static String status(
      boolean stopping, boolean kafkaUp, @Nullable ObjectNode outbox, boolean schedulerUp) {
    if (stopping) {
      return "stopping";
    }
    if (outbox == null) {
      return "unavailable";
    }
    boolean moves = outbox.path("oldest_seconds").asLong() <= LONGEST_WAIT_SECONDS;
    return kafkaUp && moves && schedulerUp ? "ready" : "degraded";
  }

  /** 1 when the scheduler answers, 0 when it does not; null while another instance dispatches. */
  public @Nullable Number schedulerUp() {
    Scheduler runs = scheduler.get();
    return runs == null ? null : runs.isUp() ? 1 : 0;
  }

  /**
   * What waits in the outbox, seen a second ago at most; null when the database does not answer.
   */
  public @Nullable ObjectNode outbox() {
    Seen last = seen;
    // Whoever comes while somebody looks takes what was seen before: none waits for the database.
    if (last != null && (last.isFresh() || !looking.tryLock())) {
      return last.outbox();
    }
    if (last == null) {
      looking.lock();
    }
    try {
      Seen other = seen;
      if (other != null && other.isFresh()) {
        return other.outbox();
      }
      ObjectNode outbox = look();
      seen = new Seen(System.nanoTime(), outbox);
      return outbox;
    } finally {
      looking.unlock();
    }
  }

  private @Nullable ObjectNode look() {
    try {
      return database.read(sql -> sql.row(WAITING).orElseThrow());
    } catch (Unavailable e) {
      return null;
    }
  }

  private record Seen(long atNanos, @Nullable ObjectNode outbox) {
    boolean isFresh() {
      return System.nanoTime() - atNanos < KEEP_NANOS;
    }
  }
}
