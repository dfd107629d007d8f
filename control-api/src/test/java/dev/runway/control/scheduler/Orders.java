package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.UUID;

/** Orders for tests. */
public final class Orders {
  private Orders() {}

  public static Order retrain(int number) {
    return of(number, Order.Action.RETRAIN);
  }

  public static Order of(int number, Order.Action action) {
    return new Order(id(number), action, "homepage-ranker");
  }

  private static UUID id(int number) {
    return new UUID(0x97a57978_803f_503eL, 0x9f9b_0000_0000_0000L + number);
  }

  public static Submission submit(Scheduler scheduler, Order order) {
    return submit(scheduler, order, System.nanoTime() + Duration.ofMinutes(1).toNanos());
  }

  public static Submission submit(Scheduler scheduler, Order order, long untilNanos) {
    return scheduler.submit(order, document(order), untilNanos);
  }

  public static ObjectNode document(Order order) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("command_id", order.id().toString());
    document.put("model_id", "homepage-ranker");
    document.put("model_version", "2.1.0");
    document.put("action", order.action().name());
    document.put("severity", 0.7);
    document.put("tier", 1);
    document.put("urgent", true);
    document.putNull("decision_id");
    document.putArray("features").add("age").add("country");
    document.putObject("more").put("psi", 0.31);
    return document;
  }
}
