package dev.runway.control.http;

import dev.runway.control.database.Sql;
import dev.runway.control.outbox.Change;
import java.io.IOException;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What answers each operation. */
public final class Handlers {
  private final Map<Operation, Handler> handlers = new EnumMap<>(Operation.class);

  /** Answers one operation. */
  sealed interface Handler permits Plain, Reading, Deep, Wide, Changing, Streaming {}

  /** Answers without the database. */
  @FunctionalInterface
  public non-sealed interface Plain extends Handler {
    Answer answer(Call call);
  }

  /** Answers from one state of the database. */
  @FunctionalInterface
  public non-sealed interface Reading extends Handler {
    Answer answer(Call call, Sql sql) throws SQLException;
  }

  /**
   * The same of deep views, by connections that plan a question once.
   *
   * @param reading what answers
   */
  record Deep(Reading reading) implements Handler {}

  /**
   * The same of much of the graph, few at once.
   *
   * @param reading what answers
   */
  record Wide(Reading reading) implements Handler {}

  /** Changes the database, and answers what became of it. May be called again if it lost a race. */
  @FunctionalInterface
  public non-sealed interface Changing extends Handler {
    Answer answer(Call call, Change change) throws SQLException;

    /** What of an answer is kept for the same request under the same Idempotency-Key. */
    default Answer kept(Answer made) {
      return made;
    }

    /**
     * Answers that request when it comes again.
     *
     * @param before what was kept
     * @return another answer, which is kept in its place; null for the same again
     */
    default @Nullable Answer again(Call call, Change change, Answer before) throws SQLException {
      return null;
    }
  }

  /** Answers little by little. What it throws is answered like any other problem. */
  @FunctionalInterface
  public non-sealed interface Streaming extends Handler {
    Stream open(Call call);
  }

  /** What is sent, in a thread of its own, until one of the two sides ends it. */
  @FunctionalInterface
  public interface Stream {
    void send(Wire wire) throws IOException, InterruptedException;
  }

  /** The way to the one who listens. */
  public interface Wire {
    /** Sends at once; fails when nobody is there any more. */
    void write(String text) throws IOException;

    /** Whether who listens still may: tokens end, and are taken back. */
    boolean stillMay();
  }

  public Handlers plain(Operation operation, Plain handler) {
    return put(operation, handler);
  }

  public Handlers read(Operation operation, Reading handler) {
    return put(operation, handler);
  }

  /** Of deep views, by the same keys whatever their values are. */
  public Handlers readDeep(Operation operation, Reading handler) {
    return put(operation, new Deep(handler));
  }

  /** Of much of the graph. */
  public Handlers readWide(Operation operation, Reading handler) {
    return put(operation, new Wide(handler));
  }

  public Handlers change(Operation operation, Changing handler) {
    return put(operation, handler);
  }

  public Handlers stream(Operation operation, Streaming handler) {
    return put(operation, handler);
  }

  private Handlers put(Operation operation, Handler handler) {
    if (handlers.put(operation, handler) != null) {
      throw new IllegalStateException(operation + " has two handlers");
    }
    return this;
  }

  Handler of(Operation operation) {
    Handler handler = handlers.get(operation);
    if (handler == null) {
      throw new IllegalStateException(operation + " has no handler");
    }
    return handler;
  }

  /** Fails if an operation would have no answer. */
  void requireAll() {
    Set<Operation> missing = EnumSet.allOf(Operation.class);
    missing.removeAll(handlers.keySet());
    if (!missing.isEmpty()) {
      throw new IllegalStateException("no handlers for " + missing);
    }
  }
}
