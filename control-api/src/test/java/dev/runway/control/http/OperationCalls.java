package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/** A request for every operation, made of the contract's own examples. */
public final class OperationCalls {
  private static final Contract CONTRACT = Contract.load();
  private static final String NO_SUCH = "00000000-0000-4000-8000-000000000000";

  private OperationCalls() {}

  /** A request. */
  public record Sample(String method, String path, String body) {}

  /**
   * A request of an operation.
   *
   * @param model the model of the path
   */
  public static Sample sample(Operation operation, String model) {
    Contract.Route route = CONTRACT.route(operation.id());
    String path = route.path();
    for (Map.Entry<String, String> one :
        Map.ofEntries(
                Map.entry("model", model),
                Map.entry("version", "9.9.9"),
                Map.entry("deployment", NO_SUCH),
                Map.entry("consumer", NO_SUCH),
                Map.entry("edge", NO_SUCH),
                Map.entry("token", NO_SUCH),
                Map.entry("policy", "no-such"),
                Map.entry("team", "ranking"),
                Map.entry("topic", "models"),
                Map.entry("command", NO_SUCH),
                Map.entry("month", "2031-01"),
                Map.entry("cap", "team:no-such"))
            .entrySet()) {
      path = path.replace("{" + one.getKey() + "}", one.getValue());
    }
    if (operation == Operation.LISTEN) {
      path += "?follow=false"; // Else it would not end.
    }
    JsonNode example =
        CONTRACT
            .document()
            .path("paths")
            .path(route.path())
            .path(route.method().toLowerCase(Locale.ROOT))
            .path("requestBody")
            .path("content")
            .path("application/json")
            .path("example");
    if (!(example instanceof ObjectNode body)) {
      return new Sample(route.method(), path, null);
    }
    return new Sample(route.method(), path, body.toString());
  }
}
