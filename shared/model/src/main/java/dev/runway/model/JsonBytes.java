package dev.runway.model;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object to bytes, field by field; absent values are left out. */
final class JsonBytes {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final ByteArrayBuilder bytes = new ByteArrayBuilder(512);
  private final JsonGenerator json;

  private JsonBytes() throws IOException {
    json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8);
  }

  /** What writes the fields. */
  interface Body {
    void write(JsonBytes out) throws IOException;
  }

  static byte[] object(Body body) {
    try {
      JsonBytes out = new JsonBytes();
      out.json.writeStartObject();
      body.write(out);
      out.json.writeEndObject();
      out.json.close();
      return out.bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  void field(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  void field(String name, long value) throws IOException {
    json.writeNumberField(name, value);
  }

  void field(String name, boolean value) throws IOException {
    json.writeBooleanField(name, value);
  }

  /** NaN means absent. */
  void field(String name, double value) throws IOException {
    if (!Double.isNaN(value)) {
      json.writeNumberField(name, value);
    }
  }

  /** What is not finite is absent: JSON has no such number, and readers refuse the text for it. */
  void field(String name, @Nullable Double value) throws IOException {
    if (value != null && Double.isFinite(value)) {
      json.writeNumberField(name, value);
    }
  }

  void field(String name, byte[] value) throws IOException {
    json.writeBinaryField(name, value);
  }

  /** A value that is JSON already, as UTF-8. */
  void raw(String name, byte[] value) throws IOException {
    json.writeFieldName(name);
    json.writeRawValue(new String(value, StandardCharsets.UTF_8));
  }

  void field(String name, Iterable<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /** An object of features; left out when there are none. */
  void features(String name, Consumer<FeatureSink> features) throws IOException {
    FeatureFields fields = new FeatureFields(json, name);
    try {
      features.accept(fields);
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
    fields.end();
  }

  void object(String name, Body body) throws IOException {
    json.writeObjectFieldStart(name);
    body.write(this);
    json.writeEndObject();
  }

  <T> void objects(String name, Iterable<T> items, ItemBody<T> body) throws IOException {
    json.writeArrayFieldStart(name);
    for (T item : items) {
      json.writeStartObject();
      body.write(this, item);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** What writes the fields of one item of an array. */
  interface ItemBody<T> {
    void write(JsonBytes out, T item) throws IOException;
  }
}
