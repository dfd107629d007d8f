package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Alertmanager's API v2. To it an alert is its labels: what changes while it is open stands in the
 * annotations. It takes one as over at its {@code endsAt}, so that is ahead of now, and put off
 * again and again while the alert is open.
 */
final class Alertmanager implements AlertTarget {
  private static final int BATCH = 100;

  /** Three tellings may be lost. */
  private static final int LASTS = 4;

  private final HttpCalls calls;
  private final URI address;
  private final Duration refresh;
  private final Link link;

  /**
   * @param base where it is
   * @param refresh how often it is told again
   */
  Alertmanager(HttpCalls calls, URI base, Duration refresh, Link link) {
    this.calls = calls;
    this.address = URI.create(base.toString().replaceFirst("/+$", "") + "/api/v2/alerts");
    this.refresh = refresh;
    this.link = link;
  }

  @Override
  public String name() {
    return "alertmanager";
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public boolean forgets() {
    return true;
  }

  @Override
  public Hearing tell(List<Alert> alerts) {
    ArrayNode body = JsonNodeFactory.instance.arrayNode();
    Instant now = Instant.now();
    alerts.forEach(alert -> body.add(posted(alert, now)));
    try {
      return Hearing.of(
          calls.send("POST", address, AlertTarget.bytes(body), Map.of(), MAX_ANSWER_BYTES));
    } catch (IOException e) {
      return Hearing.of(e);
    }
  }

  private ObjectNode posted(Alert alert, Instant now) {
    ObjectNode posted = JsonNodeFactory.instance.objectNode();
    ObjectNode labels = posted.putObject("labels");
    labels.put("alertname", alert.rule().title());
    labels.put("source", "runway");
    labels.put("severity", alert.severity().name().toLowerCase(Locale.ROOT));
    put(labels, "model", alert.modelId());
    put(labels, "version", alert.modelVersion());
    put(labels, "team", alert.team());
    if (alert.tier() > 0) {
      labels.put("tier", Integer.toString(alert.tier()));
    }
    ObjectNode annotations = posted.putObject("annotations");
    annotations.put("summary", alert.summary());
    annotations.put("alert_id", alert.id().toString());
    put(annotations, "resolution", alert.resolution());
    for (Map.Entry<String, JsonNode> detail : alert.details().properties()) {
      annotations.put(detail.getKey(), Texts.of(detail.getValue()));
    }
    posted.put("startsAt", alert.openedAt().toString());
    Instant end = alert.resolvedAt();
    posted.put("endsAt", (end == null ? now.plus(refresh.multipliedBy(LASTS)) : end).toString());
    put(posted, "generatorURL", link.of(alert));
    return posted;
  }

  private static void put(ObjectNode object, String name, @Nullable String value) {
    if (value != null) {
      object.put(name, value);
    }
  }
}
