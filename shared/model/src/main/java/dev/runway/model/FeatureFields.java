package dev.runway.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes features as fields of one JSON object, which begins with the first of them. */
final class FeatureFields implements FeatureSink {
  // JSON has no infinity; a number too large for a double is read as one.
  private static final String INFINITY = "1e999";

  private final JsonGenerator json;
  private final String name;
  private boolean begun;

  FeatureFields(JsonGenerator json, String name) {
    this.json = json;
    this.name = name;
  }

  @Override
  public void number(String feature, double value) {
    try {
      begin(feature);
      if (Double.isNaN(value)) {
        json.writeNull();
      } else if (Double.isInfinite(value)) {
        json.writeNumber(value > 0 ? INFINITY : "-" + INFINITY);
      } else {
        json.writeNumber(value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void category(String feature, String value) {
    try {
      begin(feature);
      json.writeString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void missing(String feature) {
    try {
      begin(feature);
      json.writeNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void end() throws IOException {
    if (begun) {
      json.writeEndObject();
    }
  }

  private void begin(String feature) throws IOException {
    if (!begun) {
      json.writeObjectFieldStart(name);
      begun = true;
    }
    json.writeFieldName(feature);
  }
}
