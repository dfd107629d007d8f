package dev.runway.tables.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row as JSON, for the dead letter of a row that cannot be stored. */
public final class RowJson {
  private static final JsonFactory FACTORY = new JsonFactory();

  private RowJson() {}

  /**
   * The object {@code {"table": name, "row": {column: value}}} in UTF-8; nulls are left out, bytes
   * are base64, times are ISO 8601, NaN and infinities are text.
   */
  public static byte[] write(Table table, TableRow row) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("table", table.name());
      json.writeObjectFieldStart("row");
      for (int i = 0; i < row.values().length; i++) {
        field(json, table.columns().get(i), row.values()[i]);
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    // Characters first: a generator of bytes refuses the unpaired surrogates that may be the fault.
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void field(JsonGenerator json, Column column, @Nullable Object value)
      throws IOException {
    if (value == null) {
      return;
    }
    json.writeFieldName(column.name());
    switch (column.kind()) {
      case TEXT -> json.writeString((String) value);
      case BIGINT -> json.writeNumber((Long) value);
      case INTEGER -> json.writeNumber((Integer) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case INSTANT -> json.writeString(Instant.ofEpochMilli((Long) value).toString());
      case BYTES -> json.writeBinary((byte[]) value);
    }
  }
}
