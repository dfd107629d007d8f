package dev.runway.control.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/** A row as JSON: one field a column, under the column's name. Nulls are left out. */
final class JsonRow {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonRow() {}

  static ObjectNode of(ResultSet row) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    ObjectNode object = NODES.objectNode();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      if (row.getObject(i) != null) {
        put(object, columns.getColumnLabel(i), columns.getColumnTypeName(i), row, i);
      }
    }
    return object;
  }

  private static void put(ObjectNode object, String name, String type, ResultSet row, int i)
      throws SQLException {
    switch (type) {
      case "bool" -> object.put(name, row.getBoolean(i));
      case "int2", "int4" -> object.put(name, row.getInt(i));
      case "int8" -> object.put(name, row.getLong(i));
      // Dollars and cents of 14 digits, which a double has.
      case "float8", "numeric" -> object.put(name, row.getDouble(i));
      case "timestamptz" ->
          // Milliseconds, as everywhere else in Runway.
          object.put(
              name,
              row.getObject(i, OffsetDateTime.class)
                  .toInstant()
                  .truncatedTo(ChronoUnit.MILLIS)
                  .toString());
      case "_text" -> {
        ArrayNode texts = object.putArray(name);
        for (Object text : (Object[]) row.getArray(i).getArray()) {
          texts.add((String) text);
        }
      }
      case "json", "jsonb" -> {
        try {
          object.set(name, MAPPER.readTree(row.getString(i)));
        } catch (JsonProcessingException e) {
          throw new SQLException("not JSON in column " + name, e);
        }
      }
      case "bytea" -> object.put(name, HexFormat.of().formatHex(row.getBytes(i)));
      default -> object.put(name, row.getString(i));
    }
  }
}
