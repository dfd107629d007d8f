package dev.runway.control.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** A command as parameters of a Maestro run: each field is one, with the type Maestro wants. */
final class MaestroParams {
  private MaestroParams() {}

  static ObjectNode of(ObjectNode document) {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : document.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        continue;
      }
      ObjectNode param = params.putObject(field.getKey());
      String type = type(value);
      param.put("type", type);
      if (type.equals("STRING") && !value.isTextual()) {
        param.put("value", value.toString()); // What has no type there goes as the JSON it is.
      } else {
        param.set("value", value);
      }
    }
    return params;
  }

  private static String type(JsonNode value) {
    if (value.isBoolean()) {
      return "BOOLEAN";
    }
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return "LONG";
    }
    if (value.isNumber()) {
      return "DOUBLE";
    }
    if (value.isArray() && !value.isEmpty()) {
      boolean texts = true;
      for (JsonNode one : value) {
        texts &= one.isTextual();
      }
      return texts ? "STRING_ARRAY" : "STRING";
    }
    return "STRING";
  }
}
