package dev.runway.control;

import static dev.runway.control.Sweep.assertHarmless;
import static dev.runway.control.Sweep.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.http.Operation;
import dev.runway.control.http.OperationCalls;
import dev.runway.control.http.OperationCalls.Sample;
import dev.runway.testkit.PostgresDatabase;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every operation of the contract against what nobody should send: what {@link HostileITCase} looks
 * at closely in one of them is looked for in all.
 */
class SweepITCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Encoded, as values of a parameter. */
  private static final List<String> HOSTILE_VALUES =
      List.of(
          "%00",
          "%0d%0aSet-Cookie:x=1",
          "..%2f..%2fetc%2fpasswd",
          "%2e%2e%2f",
          "'%20OR%20'1'='1",
          "1;DROP%20TABLE%20models",
          "%F0%9F%98%80",
          "%C0%AF",
          "%7f",
          "-1",
          "99999999999999999999",
          "1e999",
          "NaN",
          "x".repeat(3_000));

  /** In JSON, as values of any field. */
  private static final List<String> HOSTILE_FIELDS =
      List.of(
          "null",
          "true",
          "-1",
          "1.5",
          "1e400",
          "1" + "0".repeat(40),
          "[]",
          "{}",
          "[[[[[[[[[[]]]]]]]]]]",
          "\"\"",
          "\"'; DROP TABLE models; --\"",
          "\"a\\u0000b\"",
          "\"a\\ud800b\"",
          "\"a\\r\\nSet-Cookie: x=1\"",
          "\"../../etc/passwd\"",
          "\"${jndi:ldap://127.0.0.1/x}\"",
          "\"<script>alert(1)</script>\"",
          "\"" + "x".repeat(20_000) + "\"");

  private static final List<String> HOSTILE_HEADERS =
      List.of(
          "x".repeat(4_000), "\"99999999999999999999999\"", "'; DROP TABLE models; --", "W/\"1");

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());

  @BeforeAll
  static void register() throws Exception {
    Sweep.register(API, POSTGRES);
  }

  @AfterAll
  static void everythingIsStillThere() {
    Sweep.requireNoHarm(API);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void hostilePath_isRefused(Operation operation) {
    for (String parameter : OperationCalls.parameters(operation, "path")) {
      for (String value : HOSTILE_VALUES) {
        String path = OperationCalls.hostilePath(operation, "ours", parameter, value);
        RunningApi.Reply reply = send(operation, path, body(operation));
        if (!isTaken(parameter, value)) {
          assertThat(reply.status()).as(path).isIn(400, 404, 414);
        }
        assertHarmless(path, reply);
      }
    }
  }

  /** A few of them are names that something may have. */
  private static boolean isTaken(String parameter, String value) {
    return parameter.matches("model|version|policy") && value.matches("[A-Za-z0-9]+");
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void hostileQuery_isRefusedOrFindsNothing(Operation operation) {
    String path = OperationCalls.sample(operation, "ours").path();
    String joint = path.contains("?") ? "&" : "?";
    RunningApi.Reply unknown = send(operation, path + joint + "nothing=1", body(operation));
    assertThat(unknown.status()).as(operation.id()).isEqualTo(400);
    assertHarmless(operation.id(), unknown);
    for (String parameter : OperationCalls.parameters(operation, "query")) {
      for (String value : HOSTILE_VALUES) {
        String query = path + joint + parameter + "=" + value;
        RunningApi.Reply reply = send(operation, query, body(operation));
        assertThat(reply.status()).as(query).isIn(200, 400, 404, 422);
        assertHarmless(query, reply);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void hostileHeader_isRefusedOrMeansNothing(Operation operation) {
    Sample sample = OperationCalls.sample(operation, "ours");
    for (String header : OperationCalls.parameters(operation, "header")) {
      for (String value : HOSTILE_HEADERS) {
        RunningApi.Reply reply =
            API.send(sample.method(), sample.path(), sample.body(), header, value);
        assertHarmless(operation.id() + " " + header + " " + value, reply);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void hostileBody_isRefused(Operation operation) {
    String good = body(operation);
    if (good == null) {
      RunningApi.Reply reply = send(operation, "{}");
      assertThat(reply.status()).as(operation.id()).isEqualTo(400);
      return;
    }
    Map<String, Integer> bodies = new LinkedHashMap<>();
    bodies.put("", 400);
    bodies.put("null", 400);
    bodies.put("[" + good + "]", 400);
    bodies.put(good.substring(0, good.length() - 1), 400);
    bodies.put(good + good, 400);
    bodies.put("{\"a\":".repeat(10_000), 400);
    bodies.put("[".repeat(100_000), 400);
    bodies.put(good.replaceFirst("\\{", "{\"twice\":1,\"twice\":2,"), 400);
    bodies.put(good.replaceFirst("\\{", "{\"number\":" + "1".repeat(5_000) + ","), 400);
    bodies.put(good.replaceFirst("\\{", "{\"text\":\"\\\\u0000\","), 422);
    if (operation != Operation.TAKE_LINEAGE) { // OpenLineage's events have fields of anybody.
      bodies.put(good.replaceFirst("\\{", "{\"no_such_field\":1,"), 422);
    }
    bodies.forEach(
        (body, status) -> {
          RunningApi.Reply reply = send(operation, body);
          String shown = operation.id() + " " + body.substring(0, Math.min(200, body.length()));
          assertThat(reply.status()).as(shown + reply.http().body()).isEqualTo(status);
          assertHarmless(shown, reply);
        });
    RunningApi.Reply large = send(operation, good + " ".repeat(OperationCalls.maxBytes(operation)));
    assertThat(large.status()).as(operation.id()).isEqualTo(413);
    assertHarmless(operation.id(), large);
    Sample sample = OperationCalls.sample(operation, "ours");
    for (String type : List.of("text/plain", "application/xml", "multipart/form-data")) {
      RunningApi.Reply reply =
          API.send(sample.method(), sample.path(), good, with(operation, "Content-Type", type));
      assertThat(reply.status()).as(operation.id() + " " + type).isEqualTo(415);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void hostileField_doesNoHarm(Operation operation) throws Exception {
    String good = body(operation);
    if (good == null) {
      return;
    }
    ObjectNode example = (ObjectNode) JSON.readTree(good);
    for (String pointer : pointers(example, "")) {
      for (String value : HOSTILE_FIELDS) {
        String body = replaced(example, pointer, value);
        RunningApi.Reply reply = send(operation, body);
        String shown = operation.id() + " " + pointer + " " + value;
        assertThat(reply.status()).as(shown).isNotIn(401, 403, 405);
        assertHarmless(shown, reply);
      }
    }
  }

  /** Of everything in a tree but its root. */
  private static List<String> pointers(JsonNode node, String at) {
    List<String> all = new ArrayList<>();
    if (!at.isEmpty()) {
      all.add(at);
    }
    node.properties()
        .forEach(
            field ->
                all.addAll(
                    pointers(
                        field.getValue(),
                        at + "/" + field.getKey().replace("~", "~0").replace("/", "~1"))));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      all.addAll(pointers(node.get(i), at + "/" + i));
    }
    return all;
  }

  /** As text, for no tree holds what some of the values are. */
  private static String replaced(ObjectNode example, String pointer, String value) {
    String mark = "mark-" + UUID.randomUUID();
    ObjectNode copy = example.deepCopy();
    int slash = pointer.lastIndexOf('/');
    JsonNode parent = slash == 0 ? copy : copy.at(pointer.substring(0, slash));
    String last = pointer.substring(slash + 1).replace("~1", "/").replace("~0", "~");
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(last), JSON.getNodeFactory().textNode(mark));
    } else {
      ((ObjectNode) parent).put(last, mark);
    }
    return copy.toString().replace("\"" + mark + "\"", value);
  }

  private static String body(Operation operation) {
    return OperationCalls.sample(operation, "ours").body();
  }

  private static RunningApi.Reply send(Operation operation, String body) {
    return send(operation, OperationCalls.sample(operation, "ours").path(), body);
  }

  /** As the administrator, with the headers without which it would not be looked at. */
  private static RunningApi.Reply send(Operation operation, String path, String body) {
    String method = OperationCalls.sample(operation, "ours").method();
    for (int attempt = 1; ; attempt++) {
      try {
        return API.send(method, path, body, with(operation, "X-Request-Id", "sweep"));
      } catch (UncheckedIOException e) {
        // A server that hangs up on an unread body may take its answer with it: asked again.
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }
}
