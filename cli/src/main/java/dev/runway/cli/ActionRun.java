package dev.runway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** One run of an action: from what was typed to what is printed. */
final class ActionRun {
  /** The API said no, or that something is not as it should be. */
  private static final int REFUSED = 1;

  /** It could not be asked. */
  private static final int NO_ANSWER = 3;

  /** What was asked cannot be told yet. */
  private static final int UNDECIDED = 4;

  private static final int USUAL = 50;
  private static final int PAGE = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Action action;
  private final Target.Finder targets;
  private final CommandLine command;
  private final ParseResult typed;
  private final PrintWriter out;

  ActionRun(Action action, CommandSpec spec, Target.Finder targets) {
    this.action = action;
    this.targets = targets;
    this.command = spec.commandLine();
    this.typed = command.getParseResult();
    this.out = command.getOut();
  }

  int call() throws InterruptedException {
    requireArguments();
    try {
      Path file = typed.matchedOptionValue(ActionCommands.TOKEN_FILE, (Path) null);
      ApiClient api = new ApiClient(targets.find(text(ActionCommands.SERVER), file));
      switch (action.kind()) {
        case LIST -> list(api);
        case SHOW -> {
          JsonNode body =
              api.send(ApiClient.Request.get(address(action.path()) + text(query()))).body();
          show(body);
          if (action.isOpen(body)) {
            return UNDECIDED;
          }
          if (action.isBad(body)) {
            return REFUSED;
          }
        }
        case CREATE, CHANGE, END -> show(api.send(request(api)).body());
        case LISTEN -> listen(api);
        case IMPORT -> {
          return imported(api);
        }
      }
      return CommandLine.ExitCode.OK;
    } catch (Refused e) {
      return said(e, REFUSED);
    } catch (CannotAsk e) {
      return said(e, NO_ANSWER);
    } finally {
      out.flush();
    }
  }

  private int said(RuntimeException e, int code) {
    complain(e.getMessage());
    return code;
  }

  private void complain(@Nullable String line) {
    command.getErr().println("runway: " + line);
    command.getErr().flush();
  }

  private void requireArguments() {
    for (int i = 0; i < action.arguments().size(); i++) {
      if (argument(i) == null) {
        throw new ParameterException(
            command,
            "Missing required parameter: '"
                + ActionCommands.label(action.arguments().get(i))
                + "'");
      }
    }
  }

  private @Nullable String argument(int index) {
    return typed.matchedPositionalValue(index, (String) null);
  }

  private @Nullable String text(String option) {
    return typed.matchedOptionValue(option, (String) null);
  }

  /** The one that was typed, else one that nobody had before. */
  private String key() {
    String key = text(ActionCommands.KEY);
    if (key == null) {
      return UUID.randomUUID().toString();
    }
    if (!Target.isPrintable(key)) {
      throw new ParameterException(
          command, ActionCommands.KEY + " takes letters, digits and signs, no blanks");
    }
    return key;
  }

  private boolean has(String option) {
    return typed.hasMatchedOption(option);
  }

  private String address(String template) {
    String address = template;
    for (int i = 0; i < action.arguments().size(); i++) {
      String value = String.valueOf(argument(i));
      address = address.replace("{" + action.arguments().get(i) + "}", encoded(value));
    }
    return address;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private void list(ApiClient api) throws InterruptedException {
    int limit = action.isPaged() ? typed.matchedOptionValue(ActionCommands.LIMIT, USUAL) : USUAL;
    boolean all = action.isPaged() && has(ActionCommands.ALL);
    if (limit < 1) {
      throw new ParameterException(command, "--limit must be at least 1");
    }
    List<JsonNode> items = new ArrayList<>();
    String cursor = null;
    do {
      Map<String, String> query = query();
      if (all || limit != USUAL) {
        query.put("limit", Integer.toString(all ? PAGE : Math.min(PAGE, limit - items.size())));
      }
      if (cursor != null) {
        query.put("cursor", cursor);
      }
      JsonNode page = api.send(ApiClient.Request.get(address(action.path()) + text(query))).body();
      page.path("items").forEach(items::add);
      cursor = page.path("next_cursor").asText(null);
    } while (cursor != null && (all || items.size() < limit));
    print(items);
    if (cursor != null) {
      command.getErr().println("there are more: --limit N or --all shows them");
      command.getErr().flush();
    }
  }

  private void print(List<JsonNode> items) {
    if (has(ActionCommands.JSON)) {
      ArrayNode array = JSON.createArrayNode().addAll(items);
      json(JSON.createObjectNode().set("items", array));
    } else {
      new Tables(out).list(items, action.columns());
    }
  }

  private Map<String, String> query() {
    Map<String, String> query = new TreeMap<>();
    for (int i = 0; i < action.arguments().size(); i++) {
      String name = action.arguments().get(i);
      if (!action.inPath(name)) {
        query.put(name, String.valueOf(argument(i)));
      }
    }
    for (Field field : action.query()) {
      String value = text(field.option());
      if (value != null) {
        query.put(field.place(), value);
      }
    }
    if (action.takesKeptHead()) {
      query.putAll(keptHead());
    }
    return query;
  }

  private Map<String, String> keptHead() {
    Path head = typed.matchedOptionValue(ActionCommands.HEAD, (Path) null);
    Path key = typed.matchedOptionValue(ActionCommands.PUBLIC_KEY, (Path) null);
    if (head == null && key != null) {
      throw new ParameterException(
          command, ActionCommands.PUBLIC_KEY + " is for a head: name one with --head");
    }
    return head == null ? Map.of() : KeptHead.read(head, key).query();
  }

  private static String text(Map<String, String> query) {
    StringBuilder text = new StringBuilder();
    query.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(encoded(value)));
    return text.toString();
  }

  private ApiClient.Request request(ApiClient api) throws InterruptedException {
    Map<String, String> headers = new HashMap<>();
    if (action.isRepeatable()) {
      headers.put("Idempotency-Key", key());
    }
    ObjectNode kept = JSON.createObjectNode();
    ApiClient.Reply now = base(api);
    if (now != null) {
      String etag = now.etag();
      headers.put("If-Match", etag == null ? "*" : etag);
      for (String name : action.kept()) {
        if (now.body().has(name)) {
          kept.set(name, now.body().path(name));
        }
      }
    }
    ApiClient.Body body =
        action.hasBody() ? new RequestBody(action, typed, command).of(kept) : null;
    return new ApiClient.Request(action.kind().method(), address(action.path()), body, headers);
  }

  /** What a change is based on; null when it is based on nothing. */
  private ApiClient.@Nullable Reply base(ApiClient api) throws InterruptedException {
    String path = action.revisionPath();
    if (path == null) {
      return null;
    }
    try {
      return api.send(ApiClient.Request.get(address(path)));
    } catch (Refused e) {
      if (action.mayBeNew() && e.status() == 404) {
        return null;
      }
      throw e;
    }
  }

  private void show(JsonNode body) {
    if (body.isMissingNode()) {
      out.println(has(ActionCommands.JSON) ? "{}" : "done");
    } else if (has(ActionCommands.JSON)) {
      json(body);
    } else {
      new Tables(out).one(action.shown(body), action.sections());
    }
  }

  private int imported(ApiClient api) throws InterruptedException {
    Imports imports = new Imports(api, action.path(), this::complain);
    String folder = String.valueOf(argument(0));
    List<JsonNode> items;
    try {
      items = imports.of(Path.of(folder));
    } catch (IOException | InvalidPathException e) {
      throw new ParameterException(command, "cannot import " + folder + ": " + e.getMessage());
    }
    print(items);
    return imports.isWhole() ? CommandLine.ExitCode.OK : REFUSED;
  }

  private void json(JsonNode body) {
    out.println(body.toPrettyString());
  }

  private void listen(ApiClient api) throws InterruptedException {
    Long since = typed.matchedOptionValue(ActionCommands.SINCE, (Long) null);
    Map<String, String> headers =
        since == null ? Map.of() : Map.of("Last-Event-ID", since.toString());
    api.listen(new ApiClient.Request("GET", address(action.path()), null, headers), this::event);
  }

  private void event(String line) {
    if (!line.startsWith("data: ")) {
      return;
    }
    String data = line.substring("data: ".length());
    if (has(ActionCommands.JSON)) {
      out.println(Tables.printable(data));
    } else {
      try {
        JsonNode event = JSON.readTree(data);
        out.println(
            Tables.printable(
                "%d  %s  %s"
                    .formatted(
                        event.path("seq").asLong(),
                        event.path("action").asText(),
                        event.path("object").asText())));
      } catch (JsonProcessingException e) {
        throw new CannotAsk("an event is no JSON: something else than the control API answers");
      }
    }
    out.flush();
  }
}
