package dev.runway.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The body of a request: a file, and what was typed above it. */
final class RequestBody {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");

  private static final int MAX_BYTES = 4 << 20;

  private final Action action;
  private final ParseResult typed;
  private final CommandLine command;

  RequestBody(Action action, ParseResult typed, CommandLine command) {
    this.action = action;
    this.typed = typed;
    this.command = command;
  }

  /**
   * The body.
   *
   * @param kept what stays of what is there, below what was said
   */
  ApiClient.Body of(ObjectNode kept) {
    ObjectNode body = kept;
    String file =
        action.takesFile() ? typed.matchedOptionValue(ActionCommands.FILE, (String) null) : null;
    boolean typedFields = overlay(JSON.createObjectNode());
    if (file != null) {
      byte[] bytes = read(file);
      if (isYaml(file, bytes)) {
        // As it is, for the API reads it more strictly than any reader here would.
        if (typedFields) {
          throw new ParameterException(
              command, "a YAML file is sent as it is: write the options into it");
        }
        return new ApiClient.Body(bytes, "application/yaml");
      }
      body = parse(file, bytes);
    } else if (action.takesFile() && action.fields().isEmpty()) {
      throw new ParameterException(command, "Missing required option: '--file=FILE'");
    }
    overlay(body);
    try {
      return ApiClient.Body.json(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes what was typed into a body; returns whether something was. */
  private boolean overlay(ObjectNode body) {
    boolean any = false;
    action.constants().forEach(body::put);
    for (int i = 0; i < action.arguments().size(); i++) {
      String name = action.arguments().get(i);
      if (!action.inPath(name)) {
        body.put(name, typed.matchedPositionalValue(i, ""));
        any = true;
      }
    }
    requireWords();
    for (Field field : action.fields()) {
      if (typed.hasMatchedOption(field.option())) {
        set(body, JsonPointer.compile(field.place()), value(field));
        any = true;
      }
    }
    return any;
  }

  /** Of the options that say a word in one place each another, exactly one has to be there. */
  private void requireWords() {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (Field field : action.fields()) {
      if (field.form() == Field.Form.WORD) {
        options.computeIfAbsent(field.place(), place -> new ArrayList<>()).add(field.option());
      }
    }
    for (List<String> one : options.values()) {
      if (one.stream().filter(typed::hasMatchedOption).count() != 1) {
        throw new ParameterException(command, "say one of " + String.join(", ", one));
      }
    }
  }

  private static void set(ObjectNode body, JsonPointer pointer, JsonNode value) {
    JsonPointer parent = pointer.head();
    ObjectNode at = body;
    if (parent != null && !parent.matches()) {
      // Two names at most: no pointer of the table has more.
      String name = parent.getMatchingProperty();
      at = at.path(name) instanceof ObjectNode there ? there : at.putObject(name);
    }
    at.set(pointer.last().getMatchingProperty(), value);
  }

  private JsonNode value(Field field) {
    if (field.form() == Field.Form.TEXTS) {
      ArrayNode texts = JSON.createArrayNode();
      typed.matchedOptionValue(field.option(), List.<String>of()).forEach(texts::add);
      return texts;
    }
    if (field.form() == Field.Form.WORD) {
      return JSON.getNodeFactory().textNode(field.words().get(0));
    }
    if (field.form() == Field.Form.NUMBERS) {
      ObjectNode numbers = JSON.createObjectNode();
      for (String each : typed.matchedOptionValue(field.option(), List.<String>of())) {
        int sign = each.lastIndexOf('=');
        if (sign < 1) {
          throw new ParameterException(
              command, field.option() + " must be NAME=NUMBER, not " + each);
        }
        numbers.set(each.substring(0, sign), number(field, each.substring(sign + 1)));
      }
      return numbers;
    }
    String text = typed.matchedOptionValue(field.option(), "");
    try {
      return switch (field.form()) {
        case INTEGER -> JSON.getNodeFactory().numberNode(Long.parseLong(text));
        case NUMBER -> number(field, text);
        case FLAG -> flag(field, text);
        default -> JSON.getNodeFactory().textNode(text);
      };
    } catch (NumberFormatException e) {
      throw notANumber(field, text);
    }
  }

  private JsonNode number(Field field, String text) {
    // JSON has none that is not finite.
    if (!NUMBER.matcher(text).matches() || !Double.isFinite(Double.parseDouble(text))) {
      throw notANumber(field, text);
    }
    return JSON.getNodeFactory().numberNode(Double.parseDouble(text));
  }

  private ParameterException notANumber(Field field, String text) {
    return new ParameterException(command, field.option() + " must be a number, not " + text);
  }

  private JsonNode flag(Field field, String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new ParameterException(command, field.option() + " must be true or false");
    }
    return JSON.getNodeFactory().booleanNode(text.equals("true"));
  }

  private byte[] read(String file) {
    try {
      byte[] bytes;
      try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
      if (bytes.length > MAX_BYTES) {
        throw new ParameterException(command, file + " is larger than anything the API takes");
      }
      return bytes;
    } catch (IOException e) {
      throw new ParameterException(command, "cannot read " + file + ": " + e);
    }
  }

  private static boolean isYaml(String file, byte[] bytes) {
    boolean named = file.endsWith(".yaml") || file.endsWith(".yml");
    return named
        || (file.equals("-") && !new String(bytes, StandardCharsets.UTF_8).strip().startsWith("{"));
  }

  private ObjectNode parse(String file, byte[] bytes) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode object) {
        return object;
      }
      throw new ParameterException(command, file + " must hold one JSON object");
    } catch (IOException e) {
      throw new ParameterException(command, file + " is no JSON: " + e.getMessage());
    }
  }
}
