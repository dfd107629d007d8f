package dev.runway.control.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.runway.model.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Bodies as trees, read strictly: UTF-8, one object, no name twice, nothing behind it, limits to
 * depth, names, texts and numbers, and only what PostgreSQL and Kafka can hold.
 */
final class StrictBody {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(Limits.MAX_DEPTH)
          .maxStringLength(Limits.MAX_TEXT)
          .maxNumberLength(Limits.MAX_NUMBER_CHARS)
          .maxNameLength(Limits.MAX_NAME)
          .build();

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(CONSTRAINTS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private StrictBody() {}

  /**
   * Reads a JSON object.
   *
   * @throws Problem 400 with the position of what is wrong
   */
  static ObjectNode json(byte[] bytes) {
    return object(JSON, bytes, "JSON");
  }

  /**
   * Reads a YAML mapping: one document of plain values, without anchors and tags.
   *
   * @throws Problem 400 with the position of what is wrong
   */
  static ObjectNode yaml(byte[] bytes) {
    return object(Yaml.MAPPER, bytes, "YAML");
  }

  /** Apart, for most processes never read any. */
  private static final class Yaml {
    static final ObjectMapper MAPPER = mapper();

    private static ObjectMapper mapper() {
      LoaderOptions options = new LoaderOptions();
      options.setAllowDuplicateKeys(false);
      options.setMaxAliasesForCollections(0);
      options.setNestingDepthLimit(Limits.MAX_DEPTH);
      options.setCodePointLimit(Limits.MAX_EVENT_BYTES);
      return YAMLMapper.builder(
              YAMLFactory.builder()
                  .loaderOptions(options)
                  .streamReadConstraints(CONSTRAINTS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();
    }
  }

  private static ObjectNode object(ObjectMapper mapper, byte[] bytes, String language) {
    String text = text(bytes);
    JsonNode tree;
    try {
      tree = mapper.readTree(text);
    } catch (MismatchedInputException e) {
      // The parser's own words name its classes.
      throw Problem.malformed("not one " + language + where(e) + ": something follows it");
    } catch (JsonProcessingException e) {
      throw Problem.malformed("not " + language + where(e) + ": " + e.getOriginalMessage());
    }
    if (!(tree instanceof ObjectNode object)) {
      throw Problem.malformed("one " + language + " object is due");
    }
    List<Fault> faults = new ArrayList<>();
    check(object, "", faults);
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return object;
  }

  private static String where(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw Problem.malformed("not UTF-8");
    }
  }

  private static void check(JsonNode node, String pointer, List<Fault> faults) {
    if (node.isTextual() && !storable(node.textValue())) {
      faults.add(Fault.at(pointer, "holds U+0000 or half of a character"));
    } else if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      faults.add(Fault.at(pointer, "is beyond what a double holds"));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(node.get(i), pointer + "/" + i, faults);
      }
    } else if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                String place = pointer + "/" + field.getKey().replace("~", "~0").replace("/", "~1");
                if (!storable(field.getKey())) {
                  faults.add(Fault.at(place, "its name holds U+0000 or half of a character"));
                }
                check(field.getValue(), place, faults);
              });
    }
  }

  private static boolean storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
