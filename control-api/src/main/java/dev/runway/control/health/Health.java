package dev.runway.control.health;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Database;
import dev.runway.control.database.Unavailable;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether the process lives, and whether the parts it needs answer. */
public final class Health {
  private final Database database;
  private final KafkaProbe kafka;
  private final AtomicBoolean stopping = new AtomicBoolean();

  public Health(Database database, KafkaProbe kafka) {
    this.database = database;
    this.kafka = kafka;
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
   * messages wait in the outbox.
   */
  private Answer ready(Call call) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode outbox = null;
    boolean databaseUp;
    try {
      outbox = database.read(sql -> sql.row(WAITING).orElseThrow());
      databaseUp = true;
    } catch (Unavailable e) {
      databaseUp = false;
    }
    boolean kafkaUp = kafka.isUp();
    boolean ready = databaseUp && !stopping.get();
    body.put(
        "status",
        stopping.get() ? "stopping" : !ready ? "unavailable" : kafkaUp ? "ready" : "degraded");
    body.put("database", databaseUp ? "up" : "down");
    body.put("kafka", kafkaUp ? "up" : "down");
    if (outbox != null) {
      body.set("outbox", outbox);
    }
    return Answer.status(ready ? 200 : 503, body);
  }

  private static final String WAITING =
      """
      SELECT count(*) AS waiting,
             coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint
                 AS oldest_seconds
      FROM (SELECT created_at FROM outbox WHERE sent_at IS NULL ORDER BY seq LIMIT 10000) AS w
      """;
}
