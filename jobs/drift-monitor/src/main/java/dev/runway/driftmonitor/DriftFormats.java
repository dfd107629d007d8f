package dev.runway.driftmonitor;

import dev.runway.flink.RecordFormat;
import dev.runway.model.Baseline;
import dev.runway.model.BaselineCodec;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.DriftTile;
import dev.runway.model.DriftTileCodec;
import java.nio.charset.StandardCharsets;

/**
 * Keys and values of the records the job writes; results are keyed by model, so that one reader
 * sees all of it.
 */
final class DriftFormats {
  private DriftFormats() {}

  static final class Reading implements RecordFormat<DriftReading> {
    @Override
    public byte[] key(DriftReading reading) {
      return reading.modelId().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] value(DriftReading reading) {
      return DriftReadingCodec.write(reading);
    }
  }

  static final class Provisional implements RecordFormat<Baseline> {
    @Override
    public byte[] key(Baseline baseline) {
      return baseline.key();
    }

    @Override
    public byte[] value(Baseline baseline) {
      return BaselineCodec.write(baseline);
    }
  }

  static final class Tile implements RecordFormat<DriftTile> {
    @Override
    public byte[] key(DriftTile tile) {
      return tile.modelId().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] value(DriftTile tile) {
      return DriftTileCodec.write(tile);
    }
  }
}
