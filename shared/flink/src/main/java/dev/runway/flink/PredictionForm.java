package dev.runway.flink;

import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** In which form a prediction is: its record's header says it, and without one it is JSON. */
public final class PredictionForm {
  private static final byte[] AVRO = AvroPredictionCodec.FORMAT.getBytes(StandardCharsets.US_ASCII);

  private PredictionForm() {}

  /**
   * Whether a record is Avro.
   *
   * @throws MalformedEvent UNKNOWN_SCHEMA if its header names another form
   */
  public static boolean isAvro(RawEvent raw) throws MalformedEvent {
    byte[] format = header(raw, AvroPredictionCodec.FORMAT_HEADER);
    if (format == null) {
      return false;
    }
    if (!Arrays.equals(format, AVRO)) {
      throw new MalformedEvent(
          Reason.UNKNOWN_SCHEMA,
          AvroPredictionCodec.FORMAT_HEADER,
          "'%s' is no form of a prediction; leave it out for JSON, or say %s"
              .formatted(text(format), AvroPredictionCodec.FORMAT));
    }
    return true;
  }

  /**
   * The list of features that a record's positions are of.
   *
   * @throws MalformedEvent UNKNOWN_SCHEMA if it names none
   */
  public static String listOf(RawEvent raw) throws MalformedEvent {
    byte[] list = header(raw, AvroPredictionCodec.FEATURES_HEADER);
    if (list == null || list.length == 0) {
      throw new MalformedEvent(
          Reason.UNKNOWN_SCHEMA,
          AvroPredictionCodec.FEATURES_HEADER,
          "names no list: positions mean nothing without one");
    }
    return text(list);
  }

  /**
   * Whether it is a list that is known already. Asked of each record, so it makes no text of what
   * the record names; of an id that is not ASCII it says no.
   */
  public static boolean namesList(RawEvent raw, String id) {
    byte[] list = header(raw, AvroPredictionCodec.FEATURES_HEADER);
    if (list == null || list.length != id.length()) {
      return false;
    }
    for (int i = 0; i < list.length; i++) {
      if (list[i] != id.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads a prediction in whatever form, and skips its features. */
  public static Prediction read(RawEvent raw) throws MalformedEvent {
    return isAvro(raw) ? AvroPredictionCodec.read(raw.value()) : PredictionCodec.read(raw.value());
  }

  private static byte @Nullable [] header(RawEvent raw, String name) {
    return raw.headers().isEmpty() ? null : raw.header(name);
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
