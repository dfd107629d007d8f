package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** PagerDuty's Events API v2. To it an alert is its {@code dedup_key}. */
final class PagerDuty implements AlertTarget {
  private static final int MAX_SUMMARY = 1024;

  private final HttpCalls calls;
  private final URI address;
  private final Path keyFile;
  private final Link link;

  PagerDuty(HttpCalls calls, URI address, Path keyFile, Link link) {
    this.calls = calls;
    this.address = address;
    this.keyFile = keyFile;
    this.link = link;
  }

  @Override
  public String name() {
    return "pagerduty";
  }

  @Override
  public Hearing tell(List<Alert> alerts) {
    try {
      byte[] body = AlertTarget.bytes(event(alerts.get(0), HttpCalls.secret(keyFile)));
      return Hearing.of(calls.send("POST", address, body, Map.of(), MAX_ANSWER_BYTES));
    } catch (IOException e) {
      return Hearing.of(e);
    }
  }

  private ObjectNode event(Alert alert, String routingKey) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("routing_key", routingKey);
    event.put("event_action", alert.isOpen() ? "trigger" : "resolve");
    event.put("dedup_key", alert.key());
    if (!alert.isOpen()) {
      return event;
    }
    event.put("client", "Runway");
    ObjectNode payload = event.putObject("payload");
    payload.put("summary", Texts.cut(alert.summary(), MAX_SUMMARY));
    payload.put("source", "runway");
    payload.put("severity", alert.severity().name().toLowerCase(Locale.ROOT));
    payload.put("timestamp", alert.openedAt().toString());
    payload.put("class", alert.rule().title());
    if (alert.modelId() != null) {
      payload.put("component", alert.modelId());
    }
    if (alert.team() != null) {
      payload.put("group", alert.team());
    }
    payload.set("custom_details", alert.details());
    String href = link.of(alert);
    if (href != null) {
      event.put("client_url", href);
      event.putArray("links").addObject().put("href", href).put("text", "Runway");
    }
    return event;
  }
}
