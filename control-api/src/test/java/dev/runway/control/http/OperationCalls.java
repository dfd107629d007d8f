package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

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
                Map.entry("cap", "team:no-such"),
                Map.entry("space", "no-such"),
                Map.entry("alert", alertOf(model)),
                Map.entry("before", "v1"),
                Map.entry("after", "v2"))
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

  /** The one alert of a model that a sample may judge. */
  public static String alertOf(String model) {
    return UUID.nameUUIDFromBytes(model.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** The path of an operation, with names in braces. */
  public static String path(Operation operation) {
    return CONTRACT.route(operation.id()).path();
  }

  /** Names of an operation's parameters: those of its path, query or header. */
  public static List<String> parameters(Operation operation, String place) {
    return CONTRACT.route(operation.id()).in(place).stream().map(Contract.Parameter::name).toList();
  }

  /** The path of a sample with one parameter replaced by what is already encoded. */
  public static String hostilePath(
      Operation operation, String model, String parameter, String value) {
    String template = CONTRACT.route(operation.id()).path();
    String[] wanted = template.split("/", -1);
    String[] path = sample(operation, model).path().split("[/?]", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("{" + parameter + "}")) {
        path[i] = value;
      }
    }
    return String.join("/", Arrays.copyOf(path, wanted.length));
  }

  /** How large a body may be. */
  public static int maxBytes(Operation operation) {
    return CONTRACT.route(operation.id()).maxBytes();
  }
}
