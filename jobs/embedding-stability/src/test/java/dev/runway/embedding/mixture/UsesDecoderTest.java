package dev.runway.embedding.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.EmbeddingUse;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which predictions are counted, and which are left to others. */
class UsesDecoderTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final List<EmbeddingUse> USES = List.of(new EmbeddingUse("titles", "v5"));

  private final UsesDecoder decoder =
      new UsesDecoder(TimeBounds.maxAge(Duration.ofDays(40)), Sampler.of(1));

  @Test
  void predictionThatDeclares_isTaken() {
    DeclaredUses taken = decoder.decode(raw(PredictionCodec.write(at(NOW), USES, features -> {})));

    assertThat(taken).isEqualTo(new DeclaredUses("m", "v 1", NOW, 4, USES));
  }

  @Test
  void othersAndWhatOthersRefuse_areNot() {
    byte[] good = PredictionCodec.write(at(NOW), USES, features -> {});

    assertThat(decoder.decode(raw(PredictionCodec.write(at(NOW))))).isNull();
    assertThat(decoder.decode(raw("{\"embeddings\":[".getBytes(StandardCharsets.UTF_8)))).isNull();
    assertThat(decoder.decode(raw(null))).isNull();
    long future = NOW + Duration.ofHours(1).toMillis();
    assertThat(decoder.decode(raw(PredictionCodec.write(at(future), USES, features -> {}))))
        .isNull();
    assertThat(
            new UsesDecoder(TimeBounds.maxAge(Duration.ofDays(40)), Sampler.of(1e-6))
                .decode(raw(good)))
        .isNull();
    RawHeader avro =
        new RawHeader(
            AvroPredictionCodec.FORMAT_HEADER,
            AvroPredictionCodec.FORMAT.getBytes(StandardCharsets.US_ASCII));
    assertThat(decoder.decode(new RawEvent(null, good, "p", 0, 0, NOW, List.of(avro)))).isNull();
  }

  private static RawEvent raw(byte[] value) {
    return new RawEvent(null, value, "p", 0, 0, NOW, List.of());
  }

  private static Prediction at(long millis) {
    return new Prediction(
        "p",
        "m",
        "v 1",
        millis,
        0.5,
        null,
        Double.NaN,
        null,
        null,
        null,
        null,
        null,
        Double.NaN,
        4);
  }
}
