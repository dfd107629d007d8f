package dev.runway.retraintrigger.stream;

import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.retraintrigger.signal.DriftObservations;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.state.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * Decodes readings, and skips those that decide nothing. A window that is yet to come is refused.
 */
public final class ReadingDecoder implements Decoder<SeenReading> {
  private final boolean labelled;
  private final TimeBounds bounds;

  private ReadingDecoder(boolean labelled, TimeBounds bounds) {
    this.labelled = labelled;
    this.bounds = bounds;
  }

  /** Of the drift topic. */
  public static ReadingDecoder ofDrift(TimeBounds bounds) {
    return new ReadingDecoder(false, bounds);
  }

  /** Of the performance topic. */
  public static ReadingDecoder ofPerformance(TimeBounds bounds) {
    return new ReadingDecoder(true, bounds);
  }

  @Override
  public @Nullable SeenReading decode(RawEvent raw) throws MalformedEvent {
    return labelled ? performance(raw) : drift(raw);
  }

  private @Nullable SeenReading drift(RawEvent raw) throws MalformedEvent {
    DriftReading reading = DriftReadingCodec.read(raw.value());
    EventChecks.requireSaneTime(raw, "window_end", reading.windowEndMillis(), bounds);
    return DriftObservations.of(reading)
        .map(seen -> seen(raw, reading.modelId(), reading.modelVersion(), StoredValue.write(seen)))
        .orElse(null);
  }

  private @Nullable SeenReading performance(RawEvent raw) throws MalformedEvent {
    PerformanceReading reading = PerformanceReadingCodec.read(raw.value());
    if (reading.maturity() == Maturity.FINAL) {
      EventChecks.requireSaneTime(raw, "window_end", reading.windowEndMillis(), bounds);
    } else {
      // Told while its window goes on, and again and again.
      EventChecks.requireSaneTime(raw, "window_start", reading.windowStartMillis(), bounds);
    }
    return LabelledWindow.of(reading)
        .map(seen -> seen(raw, reading.modelId(), reading.modelVersion(), StoredValue.write(seen)))
        .orElse(null);
  }

  private SeenReading seen(RawEvent raw, String modelId, String version, byte[] value) {
    return new SeenReading(
        modelId,
        version,
        raw.topic(),
        raw.partition(),
        raw.offset(),
        raw.kafkaTimestampMillis(),
        labelled,
        value);
  }
}
