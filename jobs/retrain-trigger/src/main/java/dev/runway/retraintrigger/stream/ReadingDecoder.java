package dev.runway.retraintrigger.stream;

import dev.runway.flink.Decoder;
import dev.runway.flink.EventChecks;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Maturity;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.retraintrigger.signal.DriftObservations;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.state.StoredValue;
import dev.runway.retraintrigger.stream.SeenReading.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Decodes readings, and skips those that decide nothing. A window that is yet to come is refused.
 */
public final class ReadingDecoder implements Decoder<SeenReading> {
  private final Kind kind;
  private final TimeBounds bounds;

  private ReadingDecoder(Kind kind, TimeBounds bounds) {
    this.kind = kind;
    this.bounds = bounds;
  }

  /** Of the drift topic. */
  public static ReadingDecoder ofDrift(TimeBounds bounds) {
    return new ReadingDecoder(Kind.DRIFT, bounds);
  }

  /** Of the performance topic. */
  public static ReadingDecoder ofPerformance(TimeBounds bounds) {
    return new ReadingDecoder(Kind.PERFORMANCE, bounds);
  }

  /**
   * Of the topic of spaces: what one says to all models that it names, which {@link SpaceConsumers}
   * then tells each.
   */
  public static ReadingDecoder ofSpaces(TimeBounds bounds) {
    return new ReadingDecoder(Kind.SPACE, bounds);
  }

  @Override
  public @Nullable SeenReading decode(RawEvent raw) throws MalformedEvent {
    return switch (kind) {
      case DRIFT -> drift(raw);
      case PERFORMANCE -> performance(raw);
      case SPACE -> space(raw);
    };
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

  private @Nullable SeenReading space(RawEvent raw) throws MalformedEvent {
    EmbeddingStability result = EmbeddingStabilityCodec.read(raw.value());
    SpaceNews news = SpaceNews.of(result);
    return news.isForNobody()
        ? null
        : seen(raw, result.spaceId(), result.versionAfter(), StoredValue.write(news));
  }

  private SeenReading seen(RawEvent raw, String modelId, String version, byte[] value) {
    return new SeenReading(
        modelId,
        version,
        raw.topic(),
        raw.partition(),
        raw.offset(),
        raw.kafkaTimestampMillis(),
        kind,
        value);
  }
}
