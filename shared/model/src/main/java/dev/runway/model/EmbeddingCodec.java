package dev.runway.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of an {@link Embedding}, contract {@code schemas/embedding.schema.json}.
 *
 * <p>A vector is an array of numbers, null standing for NaN, or base64 of little-endian 32-bit
 * floats, which is a third of the size and keeps every bit. Runway writes base64. In its place
 * stands {@code "gone": true} for an item that left the version.
 */
public final class EmbeddingCodec {
  private EmbeddingCodec() {}

  /** Writes an embedding. */
  public static byte[] write(Embedding embedding) {
    return JsonBytes.object(
        out -> {
          out.field("space_id", embedding.spaceId());
          out.field("embedding_version", embedding.embeddingVersion());
          out.field("item_id", embedding.itemId());
          if (embedding.isGone()) {
            out.field("gone", true);
          } else {
            out.field("vector", bytesOf(embedding.vector()));
          }
          out.field("event_at", embedding.eventAtMillis());
          out.field("stored_at", embedding.storedAtMillis());
        });
  }

  /**
   * Reads an embedding.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Embedding read(byte @Nullable [] bytes) throws MalformedEvent {
    String spaceId = null;
    String version = null;
    String itemId = null;
    float[] vector = null;
    boolean gone = false;
    long eventAt = EventTime.NONE;
    long storedAt = EventTime.NONE;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "space_id" -> spaceId = json.id();
          case "embedding_version" -> version = json.name();
          case "item_id" -> itemId = json.id();
          case "vector" -> vector = json.isText() ? packed(json) : listed(json);
          case "gone" -> gone = json.bool();
          case "event_at" -> eventAt = json.instantMillis();
          case "stored_at" -> storedAt = json.instantMillis();
          default -> json.skip();
        }
      }
      json.end();
    }
    return new Embedding(
        Required.field("space_id", spaceId),
        Required.field("embedding_version", version),
        Required.field("item_id", itemId),
        vector(vector, gone),
        Required.time("event_at", eventAt),
        Required.time("stored_at", storedAt));
  }

  private static float[] vector(float @Nullable [] vector, boolean gone) throws MalformedEvent {
    if (!gone) {
      return Required.field("vector", vector);
    }
    if (vector != null) {
      throw new MalformedEvent(Reason.BAD_VALUE, "vector", "an item that is gone has none");
    }
    return new float[0];
  }

  private static float[] listed(StrictJson json) throws MalformedEvent {
    float[] vector = new float[128];
    int dimensions = 0;
    json.enterArray();
    while (json.nextElement()) {
      if (dimensions == Limits.MAX_DIMENSIONS) {
        throw json.bad("at most " + Limits.MAX_DIMENSIONS + " dimensions are accepted");
      }
      if (dimensions == vector.length) {
        vector = Arrays.copyOf(vector, 2 * dimensions);
      }
      vector[dimensions++] =
          json.isNull() ? Float.NaN : (float) json.number(-Float.MAX_VALUE, Float.MAX_VALUE);
    }
    if (dimensions == 0) {
      throw json.bad("a vector has at least one dimension");
    }
    return Arrays.copyOf(vector, dimensions);
  }

  private static float[] packed(StrictJson json) throws MalformedEvent {
    byte[] bytes = json.base64();
    int dimensions = bytes.length / Float.BYTES;
    if (dimensions < 1 || dimensions > Limits.MAX_DIMENSIONS) {
      throw json.bad("1 to " + Limits.MAX_DIMENSIONS + " dimensions are accepted");
    }
    if (bytes.length % Float.BYTES != 0) {
      throw json.bad(bytes.length + " bytes are no whole number of 32-bit floats");
    }
    float[] vector = new float[dimensions];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }

  private static byte[] bytesOf(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
