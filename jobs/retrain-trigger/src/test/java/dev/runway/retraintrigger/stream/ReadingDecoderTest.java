package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Readings that cannot be meant, which become dead letters. */
class ReadingDecoderTest {
  private static final TimeBounds BOUNDS = TimeBounds.earliest(Instant.EPOCH);
  private static final long END = Scene.START + 20 * Scene.MINUTE;

  private static String drift() {
    return text(DriftReadingCodec.write(SomeReadings.drift("v1", END, 0.75)));
  }

  private static String labelled() {
    return text(PerformanceReadingCodec.write(SomeReadings.labelled("v1", END, 0.8125)));
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  private static RawEvent at(String value, long appendedAt) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new RawEvent(null, bytes, "readings", 0, 1, appendedAt, List.of());
  }

  private static MalformedEvent refusal(ReadingDecoder decoder, String value, long appendedAt) {
    return catchThrowableOfType(MalformedEvent.class, () -> decoder.decode(at(value, appendedAt)));
  }

  @Test
  void readingOfAWindowThatIsStillToCome_isOfTheFuture() throws MalformedEvent {
    long before = END - 11 * Scene.MINUTE;
    MalformedEvent drift = refusal(ReadingDecoder.ofDrift(BOUNDS), drift(), before);
    MalformedEvent labels = refusal(ReadingDecoder.ofPerformance(BOUNDS), labelled(), before);

    assertThat(drift).returns(Reason.FUTURE, MalformedEvent::reason);
    assertThat(labels).returns(Reason.FUTURE, MalformedEvent::reason);
    assertThat(ReadingDecoder.ofDrift(BOUNDS).decode(at(drift(), END))).isNotNull();
    assertThat(ReadingDecoder.ofPerformance(BOUNDS).decode(at(labelled(), END))).isNotNull();
  }

  /** What the join knows of a window while it goes on decides nothing, and is no fault either. */
  @Test
  void provisionalReadingOfAWindowThatGoesOn_isSkipped() throws MalformedEvent {
    String provisional = labelled().replace("FINAL", "PROVISIONAL");
    assertThat(provisional).isNotEqualTo(labelled());
    ReadingDecoder decoder = ReadingDecoder.ofPerformance(BOUNDS);

    assertThat(decoder.decode(at(provisional, END - 15 * Scene.MINUTE))).isNull();

    assertThat(refusal(decoder, provisional, Scene.START - 1_000 * Scene.MINUTE))
        .returns(Reason.FUTURE, MalformedEvent::reason);
  }

  @Test
  void readingThatIsNoNumber_isRefusedWithItsField() {
    for (String nothing : List.of("NaN", "-Infinity", "1e999", "\"NaN\"")) {
      String drift = drift().replace("0.75", nothing);
      String labels = labelled().replace("0.8125", nothing);
      assertThat(drift).contains(nothing);
      assertThat(labels).contains(nothing);

      assertThat(refusal(ReadingDecoder.ofDrift(BOUNDS), drift, END).field())
          .as(nothing)
          .contains("severity");
      assertThat(refusal(ReadingDecoder.ofPerformance(BOUNDS), labels, END).field())
          .as(nothing)
          .contains("value");
    }
  }
}
