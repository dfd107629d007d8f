package dev.runway.control.docs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Contract;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** The contract as one page without a script: made once, at the start. */
public final class DocsPage {
  private static final List<String> METHODS = List.of("get", "post", "put", "delete");

  private static final String STYLE =
      "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
          + "h2{margin-top:2.5rem}code,pre{font:13px/1.45 ui-monospace,monospace}"
          + "pre{background:#f4f4f4;padding:.7rem;overflow:auto;max-height:24rem}"
          + "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0;"
          + "vertical-align:top}.m{display:inline-block;min-width:4.5rem;font-weight:600}"
          + "summary{cursor:pointer;padding:.25rem 0}details{border-top:1px solid #ddd}"
          + "@media(prefers-color-scheme:dark){body{background:#16181c;color:#ddd}"
          + "pre{background:#22252b}a{color:#8ab4f8}details{border-color:#333}}";

  private final JsonNode document;
  private final StringBuilder page = new StringBuilder(64 * 1024);

  private DocsPage(JsonNode document) {
    this.document = document;
  }

  public static void handle(Handlers handlers, Contract contract) {
    Answer page =
        Answer.text("text/html; charset=utf-8", new DocsPage(contract.document()).html())
            .with(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
                    .formatted(digest(STYLE)));
    handlers.plain(Operation.DOCS, call -> page);
  }

  private String html() {
    JsonNode info = document.path("info");
    page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escaped(info.path("title").asText()))
        .append("</title><style>")
        .append(STYLE)
        .append("</style></head><body>");
    element("h1", info.path("title").asText() + " " + info.path("version").asText());
    element("p", info.path("description").asText());
    page.append("<p><a href=\"/openapi.yaml\">openapi.yaml</a></p>");
    element("h2", "Operations");
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                METHODS.stream()
                    .filter(path.getValue()::has)
                    .forEach(method -> operation(path.getKey(), method, path.getValue())));
    element("h2", "Schemas");
    document
        .at("/components/schemas")
        .properties()
        .forEach(schema -> schema(schema.getKey(), schema.getValue()));
    return page.append("</body></html>").toString();
  }

  private void operation(String path, String method, JsonNode item) {
    JsonNode operation = item.path(method);
    page.append("<details id=\"")
        .append(escaped(operation.path("operationId").asText()))
        .append("\"><summary><span class=\"m\">")
        .append(method.toUpperCase(Locale.ROOT))
        .append("</span><code>")
        .append(escaped(path))
        .append("</code> ")
        .append(escaped(operation.path("summary").asText()))
        .append("</summary>");
    if (operation.has("description")) {
      element("p", operation.path("description").asText());
    }
    parameters(operation.path("parameters"));
    JsonNode body = operation.at("/requestBody/content/application~1json");
    if (!body.isMissingNode()) {
      content("Body", body);
    }
    operation
        .path("responses")
        .properties()
        .forEach(
            answer -> {
              JsonNode json = answer.getValue().at("/content/application~1json");
              if (!json.isMissingNode()) {
                content("Answer " + answer.getKey(), json);
              }
            });
    page.append("</details>");
  }

  private void parameters(JsonNode parameters) {
    if (parameters.isEmpty()) {
      return;
    }
    page.append("<table>");
    for (JsonNode each : parameters) {
      JsonNode parameter =
          each.has("$ref") ? document.at(each.path("$ref").asText().substring(1)) : each;
      page.append("<tr><td><code>")
          .append(escaped(parameter.path("name").asText()))
          .append("</code></td><td>")
          .append(escaped(parameter.path("in").asText()))
          .append(parameter.path("required").asBoolean() ? ", required" : "")
          .append("</td><td>")
          .append(escaped(parameter.path("description").asText()))
          .append("</td></tr>");
    }
    page.append("</table>");
  }

  private void content(String title, JsonNode content) {
    String reference = content.at("/schema/$ref").asText();
    String name = reference.substring(reference.lastIndexOf('/') + 1);
    page.append("<p>").append(escaped(title));
    if (!name.isEmpty()) {
      page.append(": <a href=\"#schema-").append(escaped(name)).append("\">");
      page.append(escaped(name)).append("</a>");
    }
    page.append("</p>");
    if (content.has("example")) {
      element("pre", content.path("example").toPrettyString());
    }
  }

  private void schema(String name, JsonNode schema) {
    page.append("<details id=\"schema-").append(escaped(name)).append("\"><summary><code>");
    page.append(escaped(name)).append("</code></summary>");
    element("pre", schema.toPrettyString());
    page.append("</details>");
  }

  private void element(String tag, String text) {
    page.append('<').append(tag).append('>').append(escaped(text));
    page.append("</").append(tag).append('>');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has it.
    }
  }
}
