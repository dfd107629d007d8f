package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.calls.Signature;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any other receiver, with a shape of our own. He keeps alerts apart by {@code dedup_key}, and of
 * two events with the same the one with the higher revision counts.
 */
final class AnyWebhook implements AlertTarget {
  private final HttpCalls calls;
  private final URI address;
  private final @Nullable Path secretFile;
  private final Link link;

  /**
   * @param secretFile what events are signed with; null to sign none
   */
  AnyWebhook(HttpCalls calls, URI address, @Nullable Path secretFile, Link link) {
    this.calls = calls;
    this.address = address;
    this.secretFile = secretFile;
    this.link = link;
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public Hearing tell(List<Alert> alerts) {
    byte[] body = AlertTarget.bytes(event(alerts.get(0)));
    try {
      return Hearing.of(
          calls.send(
              "POST",
              address,
              body,
              Signature.headers(secretFile, Instant.now(), body),
              MAX_ANSWER_BYTES));
    } catch (IOException e) {
      return Hearing.of(e);
    }
  }

  private ObjectNode event(Alert alert) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "1");
    event.put("status", alert.isOpen() ? "firing" : "resolved");
    event.put("dedup_key", alert.key()).put("revision", alert.revision());
    event.put("rule", alert.rule().title()).put("severity", alert.severity().name());
    put(event, "model_id", alert.modelId());
    put(event, "model_version", alert.modelVersion());
    put(event, "team", alert.team());
    if (alert.tier() > 0) {
      event.put("tier", alert.tier());
    }
    event.put("summary", alert.summary());
    event.set("details", alert.details());
    put(event, "opened_at", alert.openedAt());
    put(event, "resolved_at", alert.resolvedAt());
    put(event, "resolution", alert.resolution());
    put(event, "link", link.of(alert));
    return event;
  }

  private static void put(ObjectNode event, String name, @Nullable Object value) {
    if (value != null) {
      event.put(name, value.toString());
    }
  }
}
