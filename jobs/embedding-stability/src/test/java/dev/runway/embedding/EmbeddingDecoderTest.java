package dev.runway.embedding;

import static dev.runway.embedding.TestingSpaces.SPACE;
import static dev.runway.embedding.TestingSpaces.space;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.embedding.state.SampledVector;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.Embedding;
import dev.runway.model.EmbeddingCodec;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingDecoderTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final float[] VECTOR = new float[SomeVectors.DIMENSIONS];

  private final TestingSpaces spaces = new TestingSpaces().write(space());
  private final EmbeddingDecoder decoder = decoder(1);

  private EmbeddingDecoder decoder(double rate) {
    EmbeddingDecoder made =
        new EmbeddingDecoder(TimeBounds.maxAge(Duration.ofDays(40)), Sampler.of(rate), spaces);
    made.open(letter -> {});
    return made;
  }

  @Test
  void embedding_isDecodedWithItsPlaceAndHash() throws MalformedEvent {
    float[] vector = VECTOR.clone();
    vector[2] = Float.NaN;
    SampledVector sampled = decoder.decode(raw("i-1", embedding(SPACE, "v1", "i-1", vector, NOW)));

    assertThat(sampled)
        .returns(SPACE, SampledVector::spaceId)
        .returns("v1", SampledVector::version)
        .returns(ItemHash.of("i-1"), SampledVector::hash);
    assertThat(sampled.item().vector()).isEqualTo(vector);
    assertThat(sampled.item().offset()).isEqualTo(42);
  }

  @Test
  void sample_isTheSameItemsOfEveryVersion_andItsShare() throws MalformedEvent {
    spaces.write(space(1, 0.1, 20_000));
    List<String> ofV1 = sampled("v1");

    assertThat(sampled("v2")).isEqualTo(ofV1);
    assertThat(ofV1).hasSizeBetween(430, 570);
  }

  private List<String> sampled(String version) throws MalformedEvent {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      String id = "i-" + i;
      if (decoder.decode(raw(id, embedding(SPACE, version, id, VECTOR, NOW))) != null) {
        kept.add(id);
      }
    }
    return kept;
  }

  /** What the job's own rate leaves out is left out of records without a key too. */
  @Test
  void recordWithoutKey_isSampledByItsItem() throws MalformedEvent {
    EmbeddingDecoder half = decoder(0.5);
    int kept = 0;
    for (int i = 0; i < 1_000; i++) {
      String id = "i-" + i;
      SampledVector sampled = half.decode(raw(null, embedding(SPACE, "v1", id, VECTOR, NOW)));
      assertThat(sampled != null).isEqualTo(Sampler.of(0.5).keeps(id));
      kept += sampled == null ? 0 : 1;
    }
    assertThat(kept).isBetween(440, 560);
  }

  @Test
  void whatIsSampledOut_isNotDecoded() throws MalformedEvent {
    spaces.write(space(1, 1e-6, 20_000));
    String broken = "{\"space_id\":\"titles\",\"item_id\":\"i-1\",\"vector\":\"?\"}";

    assertThat(decoder.decode(raw("i-1", broken.getBytes(StandardCharsets.UTF_8)))).isNull();
    spaces.write(space());
    assertThat(refusal(raw("i-1", broken.getBytes(StandardCharsets.UTF_8))))
        .returns(Reason.BAD_VALUE, MalformedEvent::reason)
        .returns("vector", MalformedEvent::field);
  }

  @Test
  void whatFitsNoDocument_isRefusedWithItsField() {
    assertThat(refusal(raw("i-1", embedding("other", "v1", "i-1", VECTOR, NOW))))
        .returns(Reason.UNKNOWN_SPACE, MalformedEvent::reason)
        .returns("space_id", MalformedEvent::field);
    assertThat(refusal(raw("i-1", embedding(SPACE, "v3", "i-1", VECTOR, NOW))))
        .returns(Reason.UNKNOWN_VERSION, MalformedEvent::reason)
        .returns("embedding_version", MalformedEvent::field);
    assertThat(refusal(raw("i-1", embedding(SPACE, "v1", "i-1", new float[7], NOW))))
        .returns(Reason.BAD_VALUE, MalformedEvent::reason)
        .returns("vector", MalformedEvent::field)
        .returns("7 dimensions, the space's document says 8 of version v1", MalformedEvent::detail);
  }

  @Test
  void whatIsNotToBeBelieved_isRefused() {
    assertThat(refusal(raw("i-2", embedding(SPACE, "v1", "i-1", VECTOR, NOW))))
        .returns(Reason.KEY_MISMATCH, MalformedEvent::reason)
        .returns("item_id", MalformedEvent::field);
    assertThat(refusal(raw("i-1", embedding(SPACE, "v1", "i-1", VECTOR, NOW + 3_600_000))))
        .returns(Reason.FUTURE, MalformedEvent::reason)
        .returns("stored_at", MalformedEvent::field);
    assertThat(refusal(raw("i-1", embedding(SPACE, "v1", "i-1", VECTOR, NOW / 1_000))).reason())
        .isEqualTo(Reason.ANCIENT);
    assertThat(refusal(raw("i-1", null)).reason()).isEqualTo(Reason.EMPTY);
  }

  /** Or all delays are none, and freshness is green for ever. */
  @Test
  void causeThatComesAfterItsEffect_orIsOf1970_isRefused() throws MalformedEvent {
    assertThat(refusal(raw("i-1", caused(NOW + 7_200_000))))
        .returns(Reason.BAD_VALUE, MalformedEvent::reason)
        .returns("event_at", MalformedEvent::field);
    assertThat(refusal(raw("i-1", caused(NOW / 1_000))))
        .returns(Reason.ANCIENT, MalformedEvent::reason)
        .returns("event_at", MalformedEvent::field);
    assertThat(decoder.decode(raw("i-1", caused(NOW + 60_000)))).isNotNull();
    long years = Duration.ofDays(3_650).toMillis();
    assertThat(decoder.decode(raw("i-1", caused(NOW - years)))).isNotNull();
  }

  private static byte[] caused(long eventAt) {
    return EmbeddingCodec.write(new Embedding(SPACE, "v1", "i-1", VECTOR, eventAt, NOW));
  }

  /** An encoder may be live before its space is registered: not each vector is a dead letter. */
  @Test
  void spaceThatIsNotKnown_tellsSomeOfItsVectors() {
    int letters = 0;
    for (int i = 0; i < 5_000; i++) {
      String id = "i-" + i;
      letters += isRefused(raw(id, embedding("other", "v1", id, VECTOR, NOW))) ? 1 : 0;
    }
    assertThat(letters).isBetween(2, 20);

    RawEvent later =
        new RawEvent(
            null,
            embedding("other", "v1", "i-1", VECTOR, NOW),
            "runway.embeddings",
            3,
            42,
            NOW + 10_000,
            List.of());
    assertThat(refusal(later).reason()).isEqualTo(Reason.UNKNOWN_SPACE);
  }

  private boolean isRefused(RawEvent raw) {
    return refusal(raw) != null;
  }

  /** The document was written before the vector, and after the last look. */
  @Test
  void spaceThatIsNew_losesNoVector() throws MalformedEvent {
    TestingSpaces lagging = new TestingSpaces().lag();
    EmbeddingDecoder other =
        new EmbeddingDecoder(TimeBounds.maxAge(Duration.ofDays(40)), Sampler.of(1), lagging);
    other.open(letter -> {});
    lagging.write(space());

    assertThat(other.decode(raw("i-1", embedding(SPACE, "v1", "i-1", VECTOR, NOW)))).isNotNull();
  }

  /** It has no vector whose dimensions could be wrong. */
  @Test
  void itemThatLeft_isDecoded_andItsVersionMustBeKnown() throws MalformedEvent {
    SampledVector left = decoder.decode(raw("i-1", gone("v2")));
    assertThat(left.item().isThere()).isFalse();
    assertThat(left.version()).isEqualTo("v2");
    assertThat(refusal(raw("i-1", gone("v3"))).reason()).isEqualTo(Reason.UNKNOWN_VERSION);
  }

  private static byte[] gone(String version) {
    return EmbeddingCodec.write(Embedding.gone(SPACE, version, "i-1", NOW - 1_000, NOW));
  }

  private MalformedEvent refusal(RawEvent raw) {
    return catchThrowableOfType(MalformedEvent.class, () -> decoder.decode(raw));
  }

  private static byte[] embedding(
      String space, String version, String item, float[] vector, long storedAt) {
    return EmbeddingCodec.write(
        new Embedding(space, version, item, vector, storedAt - 1_000, storedAt));
  }

  private static RawEvent raw(String key, byte[] value) {
    return new RawEvent(
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        value,
        "runway.embeddings",
        3,
        42,
        NOW,
        List.of());
  }
}
