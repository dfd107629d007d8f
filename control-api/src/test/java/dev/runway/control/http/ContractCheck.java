package dev.runway.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Holds every answer that a test gets against the contract. */
public final class ContractCheck {
  private static final Contract CONTRACT = Contract.load();
  private static final String PROBLEM = "/components/schemas/Problem";

  /** Operations that were answered as they should be, without a problem. */
  private static final Set<String> ANSWERED = ConcurrentHashMap.newKeySet();

  private ContractCheck() {}

  /** Which operations have given an answer that is no problem so far, in this JVM. */
  public static Set<String> answered() {
    return Set.copyOf(ANSWERED);
  }

  /** Requires of an answer what the contract says of its operation, or that it is a problem. */
  public static void require(
      String method, String path, HttpResponse<String> response, JsonNode body) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    String said = method + " " + path + " " + response.statusCode() + " " + response.body();
    if (type.equals("application/problem+json")) {
      assertThat(Contract.faults(CONTRACT.schema(PROBLEM), body)).as(said).isEmpty();
      return;
    }
    Optional<Contract.Route> route = route(method, path);
    assertThat(route).as(said).isPresent();
    String place =
        "/paths/%s/%s/responses/%d"
            .formatted(
                Contract.escaped(route.get().path()),
                method.toLowerCase(Locale.ROOT),
                response.statusCode());
    JsonNode documented = CONTRACT.document().at(place);
    assertThat(documented.isMissingNode()).as("not in the contract: " + said).isFalse();
    JsonNode content = documented.path("content");
    assertThat(content.isMissingNode()).as(said).isEqualTo(response.body().isEmpty());
    documented
        .path("headers")
        .properties()
        .forEach(
            header -> {
              if (!header.getKey().equals("Link")) { // Not on a last page.
                assertThat(response.headers().firstValue(header.getKey())).as(said).isPresent();
              }
            });
    if (content.has("application/json")) {
      assertThat(type).as(said).isEqualTo("application/json");
      assertThat(
              Contract.faults(CONTRACT.schema(place + "/content/application~1json/schema"), body))
          .as(said)
          .isEmpty();
    }
    ANSWERED.add(route.get().operationId());
  }

  private static Optional<Contract.Route> route(String method, String path) {
    return Arrays.stream(Operation.values())
        .map(operation -> CONTRACT.route(operation.id()))
        .filter(route -> route.method().equals(method))
        .filter(route -> path.matches(route.path().replaceAll("\\{[a-z]+}", "[^/]+")))
        // What is named literally goes before what a parameter would take.
        .max(
            (a, b) ->
                Integer.compare(
                    b.path().split("\\{", -1).length, a.path().split("\\{", -1).length));
  }
}
