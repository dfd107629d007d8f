package dev.runway.control.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.calls.NotSent;
import dev.runway.control.calls.Reply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An incoming webhook of Slack. It knows no alerts, only messages: what is told twice is read
 * twice, and the id at its foot tells that it is the same.
 */
final class Slack implements AlertTarget {
  private static final int MAX_VALUE = 300;
  private static final int MAX_FIELDS = 12;

  private final HttpCalls calls;
  private final Path urlFile;
  private final Link link;

  /**
   * @param urlFile with the address, which lets whoever knows it write
   */
  Slack(HttpCalls calls, Path urlFile, Link link) {
    this.calls = calls;
    this.urlFile = urlFile;
    this.link = link;
  }

  @Override
  public String name() {
    return "slack";
  }

  @Override
  public Hearing tell(List<Alert> alerts) {
    try {
      byte[] body = AlertTarget.bytes(message(alerts.get(0)));
      Reply reply = calls.send("POST", address(), body, Map.of(), MAX_ANSWER_BYTES);
      if (reply.isSuccess() && !new String(reply.body(), StandardCharsets.UTF_8).equals("ok")) {
        return new Hearing.Refused(reply.shown()); // An error that came with a code of success.
      }
      return Hearing.of(reply);
    } catch (IOException e) {
      return Hearing.of(e);
    }
  }

  private URI address() throws NotSent {
    try {
      URI address = URI.create(HttpCalls.secret(urlFile));
      if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Its message has the address in it.
    }
    throw new NotSent("there is no address in " + urlFile);
  }

  private ObjectNode message(Alert alert) {
    String title =
        (alert.isOpen() ? "[" + alert.severity() + "] " : "[OVER] ") + alert.rule().title();
    String text = alert.summary() + (alert.isOpen() ? "" : " (over: " + alert.resolution() + ")");
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("text", escaped(title + ": " + text));
    ObjectNode attachment = message.putArray("attachments").addObject();
    attachment.put("color", colour(alert));
    attachment.put("fallback", escaped(title + ": " + text));
    attachment.put("title", escaped(title));
    String href = link.of(alert);
    if (href != null) {
      attachment.put("title_link", href);
    }
    attachment.put("text", escaped(text));
    fields(alert, attachment.putArray("fields"));
    attachment.put("footer", "Runway " + alert.id());
    Instant end = alert.resolvedAt();
    attachment.put("ts", (end == null ? alert.openedAt() : end).getEpochSecond());
    return message;
  }

  private static void fields(Alert alert, ArrayNode fields) {
    for (Map.Entry<String, JsonNode> detail : alert.details().properties()) {
      if (fields.size() == MAX_FIELDS) {
        return;
      }
      String value = Texts.cut(Texts.of(detail.getValue()), MAX_VALUE);
      fields
          .addObject()
          .put("title", detail.getKey())
          .put("value", escaped(value))
          .put("short", value.length() < 40);
    }
  }

  private static String colour(Alert alert) {
    if (!alert.isOpen()) {
      return "good";
    }
    return switch (alert.severity()) {
      case CRITICAL, ERROR -> "danger";
      case WARNING -> "warning";
      case INFO -> "#439FE0";
    };
  }

  /** The three that mean something to Slack. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
