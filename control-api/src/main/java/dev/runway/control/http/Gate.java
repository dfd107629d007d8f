package dev.runway.control.http;

import dev.runway.control.database.Database;
import dev.runway.control.outbox.Change;
import dev.runway.control.security.Subject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where every request passes: who asks, whether they may, and in which transaction. */
public final class Gate {
  private final Database database;
  private final Runnable messagesWait;

  /**
   * @param messagesWait told after a transaction that left messages
   */
  public Gate(Database database, Runnable messagesWait) {
    this.database = database;
    this.messagesWait = messagesWait;
  }

  /** What is known of a request before its body is read. */
  record Request(
      @Nullable String authorization,
      String address,
      String requestId,
      Map<String, String> path) {}

  /** A request that may go on. */
  record Passage(Subject subject) {}

  Passage enter(Operation operation, Request request) {
    return new Passage(Subject.NOBODY);
  }

  Answer answer(
      Passage passage, Call call, String uri, byte[] body, Handlers.Handler handler) {
    if (handler instanceof Handlers.Plain plain) {
      return plain.answer(call);
    }
    if (handler instanceof Handlers.Reading reading) {
      return database.read(sql -> reading.answer(call, sql));
    }
    return changed(call, (Handlers.Changing) handler);
  }

  private Answer changed(Call call, Handlers.Changing handler) {
    boolean[] messages = new boolean[1];
    Answer answer =
        database.write(
            sql -> {
              Change change = new Change(sql, call.subject().name(), call.requestId());
              Answer made = handler.answer(call, change);
              if (!change.isAudited()) {
                throw new IllegalStateException(call.operation() + " left no audit entry");
              }
              messages[0] = change.hasMessages();
              return made;
            });
    if (messages[0]) {
      messagesWait.run();
    }
    return answer;
  }
}
