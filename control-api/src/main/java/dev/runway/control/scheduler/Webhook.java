package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.calls.HttpCalls;
import dev.runway.control.calls.Reply;
import dev.runway.control.calls.Signature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event to a webhook, in the shape that flows of Metaflow on Argo Events listen to. It says that
 * it was taken and nothing after that, and knows no id of ours: an event goes out once at most.
 *
 * <p>With a secret each is signed: see {@link Signature}.
 */
final class Webhook implements Scheduler {
  private static final int MAX_ANSWER_BYTES = 64 * 1024;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

  /** Of the way there and not of the order: a wrong address refuses every order. */
  private static final Set<Integer> NO_SUCH_PLACE = Set.of(404, 405, 410);

  private final HttpCalls http;
  private final Endpoint endpoint;
  private final Targets events;
  private final @Nullable Path secretFile;

  /** Whether an event was taken there since this process began: then it is no wrong address. */
  private volatile boolean wasThere;

  /**
   * @param secretFile what events are signed with; null to sign none
   */
  Webhook(HttpCalls http, Endpoint endpoint, Targets events, @Nullable Path secretFile) {
    this.http = http;
    this.endpoint = endpoint;
    this.events = events;
    this.secretFile = secretFile;
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public boolean startsOnce() {
    return false;
  }

  @Override
  public @Nullable String target(Order order) {
    return events.of(order);
  }

  @Override
  public Submission submit(Order order, ObjectNode document, long untilNanos) {
    String event = events.of(order);
    if (event == null) {
      return events.refusal(order);
    }
    Instant now = Instant.now();
    byte[] body = event(event, order, document, now).toString().getBytes(StandardCharsets.UTF_8);
    HttpCalls calls = http.begin(untilNanos);
    try {
      Reply reply =
          calls.send(
              "POST",
              endpoint.base(),
              body,
              Signature.headers(secretFile, now, body),
              MAX_ANSWER_BYTES);
      if (reply.isSuccess()) {
        wasThere = true;
        return new Submission.Accepted(order.id().toString());
      }
      boolean noPlace = NO_SUCH_PLACE.contains(reply.status());
      if (reply.status() < 400 || (noPlace && wasThere)) {
        // Many answer a POST that they took by sending the caller elsewhere; and where events were
        // taken, whatever stands before it may say so after it has passed this one on.
        return new Submission.Unclear(reply.shown());
      }
      return noPlace
          ? new Submission.Busy(reply.shown(), Duration.ZERO, false)
          : Verdict.ofSubmission(reply, now);
    } catch (IOException e) {
      return Verdict.ofSubmission(e);
    }
  }

  private static ObjectNode event(String event, Order order, ObjectNode document, Instant now) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("name", event);
    ObjectNode payload = body.putObject("payload");
    for (Map.Entry<String, JsonNode> field : document.properties()) {
      JsonNode value = field.getValue();
      // Flows get their parameters from these, and there all are texts.
      payload.put(field.getKey(), value.isValueNode() ? value.asText() : value.toString());
    }
    payload.put("name", event);
    payload.put("id", order.id().toString());
    payload.put("timestamp", now.getEpochSecond());
    payload.put("utc_date", DAY.format(now));
    payload.put("generated-by-metaflow", true);
    return body;
  }

  @Override
  public Progress look(Order order, @Nullable String runId) {
    return new Progress.Untold();
  }

  @Override
  public Cancellation cancel(Order order, @Nullable String runId) {
    return Cancellation.IMPOSSIBLE;
  }
}
