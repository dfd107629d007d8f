package dev.runway.groundtruth;

import dev.runway.flink.RecordFormat;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.LateOutcome;
import dev.runway.model.LateOutcomeCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import java.nio.charset.StandardCharsets;

/** Keys and values of the records the job writes. */
final class GroundTruthFormats {
  private GroundTruthFormats() {}

  /** Keyed by what a newer revision replaces. */
  static final class Truth implements RecordFormat<GroundTruth> {
    @Override
    public byte[] key(GroundTruth truth) {
      return utf8(truth.modelId() + "|" + truth.predictionId());
    }

    @Override
    public byte[] value(GroundTruth truth) {
      return GroundTruthCodec.write(truth);
    }
  }

  /** Keyed by model, so that one reader sees a model's readings in order. */
  static final class Reading implements RecordFormat<PerformanceReading> {
    @Override
    public byte[] key(PerformanceReading reading) {
      return utf8(reading.modelId());
    }

    @Override
    public byte[] value(PerformanceReading reading) {
      return PerformanceReadingCodec.write(reading);
    }
  }

  /** Keyed as the outcomes themselves are. */
  static final class Late implements RecordFormat<LateOutcome> {
    @Override
    public byte[] key(LateOutcome late) {
      return utf8(late.outcome().predictionId());
    }

    @Override
    public byte[] value(LateOutcome late) {
      return LateOutcomeCodec.write(late);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
