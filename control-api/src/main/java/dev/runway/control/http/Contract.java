package dev.runway.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code openapi.yaml}, which comes first: paths, parameters and bodies are what it says, and the
 * program reads them from it. What it does not name is not accepted.
 */
public final class Contract {
  private static final String RESOURCE = "/openapi.yaml";
  private static final String ID = "urn:runway:control-api";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

  private final String text;
  private final JsonNode document;
  private final JsonSchema whole;
  private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();
  private final Map<String, Route> routes = new HashMap<>();

  private Contract(String text, JsonNode document) {
    this.text = text;
    this.document = document;
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .formatAssertionsEnabled(true)
            .locale(Locale.ENGLISH)
            .preloadJsonSchema(false) // As a whole it is no schema, only its parts are.
            .regularExpressionFactory(Contract::wholly)
            .build();
    this.whole =
        JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder ->
                    builder.schemaLoaders(
                        loaders -> loaders.schemas(Map.of(ID, document.toString()))))
            .getSchema(SchemaLocation.of(ID), config);
    readRoutes();
  }

  /** As JSON Schema means it: for Java, {@code $} is also before a line break at the end. */
  private static RegularExpression wholly(String regex) {
    Pattern pattern =
        Pattern.compile(
            regex.endsWith("$") && !regex.endsWith("\\$")
                ? regex.substring(0, regex.length() - 1) + "\\z"
                : regex);
    return value -> pattern.matcher(value).find();
  }

  /** One parameter of a route. */
  record Parameter(String name, String in, boolean required, JsonNode schema, JsonSchema check) {}

  /**
   * One operation of the contract.
   *
   * @param body null for one without a body
   * @param yaml whether the body may be YAML as well
   * @param maxBytes of the body
   */
  record Route(
      String operationId,
      String method,
      String path,
      List<Parameter> parameters,
      @Nullable JsonSchema body,
      boolean yaml,
      int maxBytes) {

    List<Parameter> in(String place) {
      return parameters.stream().filter(parameter -> parameter.in().equals(place)).toList();
    }
  }

  /** The contract that this program was built with. */
  public static Contract load() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not on the class path");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      ObjectMapper yaml = new YAMLMapper();
      return new Contract(text, yaml.readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** As it is served. */
  public String text() {
    return text;
  }

  Route route(String operationId) {
    Route route = routes.get(operationId);
    if (route == null) {
      throw new IllegalStateException("openapi.yaml has no operation " + operationId);
    }
    return route;
  }

  /**
   * What an operation takes as its body, come by another way than HTTP.
   *
   * @throws Problem with every field that is wrong
   */
  public ObjectNode body(String operationId, byte[] bytes) {
    Route route = route(operationId);
    if (route.body() == null) {
      throw new IllegalStateException(operationId + " has no body");
    }
    if (bytes.length > route.maxBytes()) {
      throw Problem.tooLarge(route.maxBytes());
    }
    ObjectNode body = StrictBody.json(bytes);
    List<Fault> faults = faults(route.body(), body);
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return body;
  }

  Set<String> operationIds() {
    return Set.copyOf(routes.keySet());
  }

  /** The same as a tree. */
  public JsonNode document() {
    return document;
  }

  private void readRoutes() {
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        entry -> {
                          if (METHODS.contains(entry.getKey())) {
                            readRoute(path.getKey(), entry.getKey(), path.getValue());
                          }
                        }));
  }

  private void readRoute(String path, String method, JsonNode item) {
    String pointer = "/paths/" + escaped(path);
    String operation = pointer + "/" + method;
    JsonNode node = item.path(method);
    List<Parameter> parameters = new ArrayList<>();
    readParameters(pointer + "/parameters", item.path("parameters"), parameters);
    readParameters(operation + "/parameters", node.path("parameters"), parameters);
    JsonNode content = node.path("requestBody").path("content");
    JsonSchema body =
        content.isMissingNode()
            ? null
            : schema(operation + "/requestBody/content/application~1json/schema");
    String operationId = node.path("operationId").asText();
    Route route =
        new Route(
            operationId,
            method.toUpperCase(Locale.ROOT),
            path,
            List.copyOf(parameters),
            body,
            content.has("application/yaml"),
            node.path("x-max-bytes").asInt(256 * 1024));
    if (routes.put(operationId, route) != null) {
      throw new IllegalStateException("openapi.yaml has operation " + operationId + " twice");
    }
  }

  private void readParameters(String pointer, JsonNode nodes, List<Parameter> into) {
    for (int i = 0; i < nodes.size(); i++) {
      String at = pointer + "/" + i;
      JsonNode node = nodes.get(i);
      if (node.has("$ref")) {
        at = node.path("$ref").asText().substring(1);
        node = document.at(at);
      }
      into.add(
          new Parameter(
              node.path("name").asText(),
              node.path("in").asText(),
              node.path("required").asBoolean(),
              node.path("schema"),
              schema(at + "/schema")));
    }
  }

  /**
   * The schema at a place of the document. It is a part of the one tree: asked for by its location,
   * the library would read the whole document again for each place, and hold it.
   */
  JsonSchema schema(String pointer) {
    return schemas.computeIfAbsent(pointer, this::read);
  }

  private JsonSchema read(String pointer) {
    JsonSchema schema = whole.getRefSchema(SchemaLocation.Fragment.of(pointer));
    schema.initializeValidators();
    return schema;
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** What of a value breaks a schema, by place. */
  static List<Fault> faults(JsonSchema schema, JsonNode value) {
    List<Fault> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (ValidationMessage message : schema.validate(value)) {
      String place = message.getInstanceLocation().toString();
      String property = message.getProperty();
      if (property != null) {
        place = place + "/" + escaped(property);
      }
      if (seen.add(place + message.getType())) {
        faults.add(Fault.at(place.isEmpty() ? "/" : place, words(message)));
      }
    }
    faults.sort(Comparator.comparing(Fault::name));
    return faults;
  }

  /** In words of our own where the library's would repeat the place. */
  private static String words(ValidationMessage message) {
    return switch (String.valueOf(message.getType())) {
      case "additionalProperties", "unevaluatedProperties" -> "is not a field of this object";
      case "required" -> "is required";
      default -> {
        String text = message.getMessage();
        int colon = text.indexOf(": ");
        yield colon < 0 ? text : text.substring(colon + 2);
      }
    };
  }
}
