package dev.runway.retraintrigger.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReadingCodec;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStabilityCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import dev.runway.retraintrigger.Scene;
import dev.runway.retraintrigger.SomeReadings;
import dev.runway.retraintrigger.signal.SpaceReading;
import dev.runway.retraintrigger.state.Dossier;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.util.ListCollector;
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
  void resultOfASpace_isToldToEachModelThatItNames() throws Exception {
    EmbeddingStability result =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    String json = text(EmbeddingStabilityCodec.write(result));
    SeenReading seen =
        Objects.requireNonNull(ReadingDecoder.ofSpaces(BOUNDS).decode(at(json, END)));
    List<SeenReading> told = new ArrayList<>();

    new SpaceConsumers().flatMap(seen, new ListCollector<>(told));

    assertThat(told).extracting(SeenReading::modelId).containsExactly("other", Scene.MODEL);
    assertThat(told).allMatch(each -> each.appendedAtMillis() == END && each.offset() == 1);
    Dossier dossier = new Dossier(Scene.MODEL);
    assertThat(told.get(1).isTakenBy(dossier, END)).isTrue();
    assertThat(dossier.spaces.values())
        .singleElement()
        .returns(Compatibility.BREAKING, SpaceReading::compatibility)
        .returns(END, SpaceReading::toldMillis);
  }

  @Test
  void resultOfASpaceThatNobodyUses_isSkipped() throws Exception {
    EmbeddingStability result =
        SomeReadings.space("titles", Usage.COORDINATES, Compatibility.BREAKING, 0.3);
    String json =
        text(EmbeddingStabilityCodec.write(result))
            .replace("[\"" + Scene.MODEL + "\"]", "[]")
            .replace("[\"other\"]", "[]");

    assertThat(ReadingDecoder.ofSpaces(BOUNDS).decode(at(json, END))).isNull();
    assertThat(refusal(ReadingDecoder.ofSpaces(BOUNDS), "{}", END).reason())
        .isEqualTo(Reason.MISSING_FIELD);
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
