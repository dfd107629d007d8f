package dev.runway.bench;

import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LabelStatus;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the peer keeps of an event while it waits: as few bytes as the joined record needs, so that
 * its stores are not larger than they must be.
 */
final class StreamsHalf {
  private StreamsHalf() {}

  static byte[] ofPrediction(byte[] json) {
    try {
      Prediction event = PredictionCodec.read(json);
      byte[] version = text(event.modelVersion());
      byte[] segment = text(event.segment());
      return ByteBuffer.allocate(17 + version.length + segment.length)
          .putLong(event.predictedAtMillis())
          .putDouble(event.score())
          .put((byte) version.length)
          .put(version)
          .put(segment)
          .array();
    } catch (MalformedEvent e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] ofOutcome(byte[] json) {
    try {
      Outcome event = OutcomeCodec.read(json);
      return ByteBuffer.allocate(9)
          .putLong(event.observedAtMillis())
          .put((byte) ("true".equals(event.label()) ? 1 : 0))
          .array();
    } catch (MalformedEvent e) {
      throw new IllegalStateException(e);
    }
  }

  /** The record that the job writes too. */
  static byte[] joined(String modelId, byte[] key, byte[] prediction, byte[] outcome) {
    ByteBuffer predicted = ByteBuffer.wrap(prediction);
    ByteBuffer observed = ByteBuffer.wrap(outcome);
    long predictedAt = predicted.getLong();
    double score = predicted.getDouble();
    byte[] version = new byte[predicted.get()];
    predicted.get(version);
    byte[] segment = new byte[predicted.remaining()];
    predicted.get(segment);
    long delay = observed.getLong() - predictedAt;
    double actual = observed.get();
    return GroundTruthCodec.write(
        new GroundTruth(
            modelId,
            new String(key, StandardCharsets.ISO_8859_1),
            GroundTruth.FINAL_REVISION,
            Maturity.FINAL,
            LabelStatus.LABELLED,
            new String(version, StandardCharsets.ISO_8859_1),
            predictedAt,
            score,
            null,
            Double.NaN,
            segment.length == 0 ? null : new String(segment, StandardCharsets.ISO_8859_1),
            null,
            1,
            actual == 1 ? "true" : "false",
            actual,
            delay,
            1));
  }

  private static byte[] text(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
