package dev.runway.control.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Tells listeners of changes: the entries of the audit log, in their order and without what was
 * changed. Each has its number there, with which a listener goes on where it left.
 *
 * <p>The log is the one memory: nothing is kept here but how far it goes, which is asked for twice
 * a second while somebody listens. So changes of other instances are told as well, and none is lost
 * between two connections.
 */
public final class EventFeed implements AutoCloseable {
  private static final int LISTENERS = 64;
  private static final int LISTENERS_OF_ONE = 8;
  private static final long AGAIN_SECONDS = 30;
  private static final int PAGE = 500;

  /** Entries that one statement looks through: of a long log a token may see next to none. */
  private static final int STEP = 10_000;

  private static final long LOOK_MILLIS = 500;
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

  private static final String HEAD = "SELECT seq FROM audit_head";

  /**
   * A token that is limited to some models sees what is about these: themselves, their versions and
   * their retrains. A policy is not for it where it decides about others too, whom it would name.
   */
  private static final String NEXT =
      """
      SELECT seq, at_millis, action, object, request_id
      FROM audit_log
      WHERE seq > ? AND seq <= ?
            AND (? OR (models && ?::text[] AND models <@ ?::text[]))
      ORDER BY seq
      LIMIT ?
      """;

  private final Database database;
  private final Thread thread = new Thread(this::look, "events");
  private final Map<String, Integer> listeners = new HashMap<>();
  private int listening;
  private long head = -1;
  private boolean closed;

  public EventFeed(Database database) {
    this.database = database;
    thread.setDaemon(true);
  }

  public void handle(Handlers handlers) {
    handlers.stream(Operation.LISTEN, this::open);
  }

  public void start() {
    thread.start();
  }

  /** How many listen now. */
  public synchronized int listeners() {
    return listening;
  }

  /**
   * One more listener.
   *
   * @throws Problem 429 if there are as many as may be, 400 if it has seen what there is not
   */
  private Handlers.Stream open(Call call) {
    long newest = database.read(sql -> sql.number(HEAD));
    String last = call.header("Last-Event-ID");
    long after = last == null ? newest : Long.parseLong(last);
    if (after > newest) {
      throw Problem.parameter(
          "header", "Last-Event-ID", "is above the newest event, which is " + newest);
    }
    boolean follows = !"false".equals(call.query("follow"));
    enter(call.subject().name(), newest);
    return wire -> {
      try {
        new Listener(call, wire, after, follows).run();
      } finally {
        leave(call.subject().name());
      }
    };
  }

  private synchronized void enter(String subject, long newest) {
    if (listening >= LISTENERS || listeners.getOrDefault(subject, 0) >= LISTENERS_OF_ONE) {
      throw Problem.tooMany(AGAIN_SECONDS);
    }
    listening++;
    listeners.merge(subject, 1, Integer::sum);
    head = Math.max(head, newest);
    notifyAll();
  }

  private synchronized void leave(String subject) {
    listening--;
    listeners.compute(subject, (name, many) -> many == null || many <= 1 ? null : many - 1);
  }

  /** One listener, in a thread of its own. */
  private final class Listener {
    private final Handlers.Wire wire;
    private final boolean follows;
    private final boolean seesAll;
    private final List<String> models;
    private long after;

    Listener(Call call, Handlers.Wire wire, long after, boolean follows) {
      this.wire = wire;
      this.after = after;
      this.follows = follows;
      Set<String> seen = call.subject().models();
      this.seesAll = seen == null;
      this.models = List.copyOf(Objects.requireNonNullElse(seen, Set.of()));
    }

    void run() throws IOException, InterruptedException {
      wire.write("retry: 2000\n\n");
      long beat = System.nanoTime();
      while (true) {
        long newest = await(after, follows ? LOOK_MILLIS : 0);
        if (newest < 0) {
          return;
        }
        boolean sent = newest > after && send(newest);
        if (!follows && after >= newest) {
          return;
        }
        if (System.nanoTime() - beat >= HEARTBEAT_NANOS) {
          if (!wire.stillMay()) {
            return;
          }
          if (!sent) {
            wire.write(": nothing new\n\n");
          }
          beat = System.nanoTime();
        }
      }
    }

    /** Sends the next page up to the newest; returns whether there was something to send. */
    private boolean send(long newest) throws IOException, InterruptedException {
      long until = Math.min(newest, after + STEP);
      List<ObjectNode> page;
      try {
        page = database.read(sql -> sql.rows(NEXT, after, until, seesAll, models, models, PAGE));
      } catch (Unavailable e) {
        await(Long.MAX_VALUE, LOOK_MILLIS); // It is there again at one of the next looks.
        return false;
      }
      for (ObjectNode event : page) {
        wire.write(
            "id: %d\nevent: %s\ndata: %s\n\n"
                .formatted(event.path("seq").asLong(), event.path("action").asText(), event));
      }
      after = page.size() < PAGE ? until : page.get(PAGE - 1).path("seq").asLong();
      return !page.isEmpty();
    }
  }

  /** Waits a while for something after a number; returns the newest number, or -1 at the end. */
  private synchronized long await(long after, long millis) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (!closed && head <= after && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
    return closed ? -1 : head;
  }

  private void look() {
    try {
      while (awaitListener()) {
        try {
          long newest = database.read(sql -> sql.number(HEAD));
          tell(newest);
        } catch (RuntimeException e) {
          // The database is away: listeners wait, and hear of it in readiness.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitListener() throws InterruptedException {
    do {
      wait(LOOK_MILLIS);
    } while (!closed && listening == 0);
    return !closed;
  }

  private synchronized void tell(long newest) {
    if (newest > head) {
      head = newest;
      notifyAll();
    }
  }

  /** Ends all listeners. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
