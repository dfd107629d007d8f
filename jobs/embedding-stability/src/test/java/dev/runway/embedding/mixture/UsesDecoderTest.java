package dev.runway.embedding.mixture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.EmbeddingUse;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** Which predictions are counted, and which are left to others. */
class UsesDecoderTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final List<EmbeddingUse> USES = List.of(new EmbeddingUse("titles", "v5"));

  private final Counter unknown = new SimpleCounter();
  private final UsesDecoder decoder = decoder(1);

  private UsesDecoder decoder(double rate) {
    UsesDecoder made =
        new UsesDecoder(
            TimeBounds.maxAge(Duration.ofDays(40)),
            Sampler.of(rate),
            ModelDirectory.fixed(model("m", "\"v 1\""), model("any", "")));
    made.open(
        letter -> {},
        new UnregisteredMetricsGroup() {
          @Override
          public Counter counter(String name) {
            return name.equals("unknown") ? unknown : new SimpleCounter();
          }
        });
    return made;
  }

  private static ModelDocument model(String id, String versions) {
    String document =
        "{\"model_id\":\"%s\",\"task\":\"BINARY\",\"horizon\":\"P1D\",\"versions\":[%s]}"
            .formatted(id, versions);
    try {
      return ModelDocumentCodec.read(document.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedEvent e) {
      throw new IllegalArgumentException(e);
    }
  }

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
    assertThat(decoder(1e-6).decode(raw(good))).isNull();
    RawHeader avro =
        new RawHeader(
            AvroPredictionCodec.FORMAT_HEADER,
            AvroPredictionCodec.FORMAT.getBytes(StandardCharsets.US_ASCII));
    assertThat(decoder.decode(new RawEvent(null, good, "p", 0, 0, NOW, List.of(avro)))).isNull();
  }

  /** Or a client that makes names up fills a table with them. */
  @Test
  void modelsAndVersionsThatNoDocumentKnows_areCountedAlone() {
    for (int i = 0; i < 3; i++) {
      assertThat(decoder.decode(raw(of("made-up-" + i, "1", NOW)))).isNull();
      assertThat(decoder.decode(raw(of("m", "made up " + i, NOW)))).isNull();
    }

    assertThat(unknown.getCount()).isEqualTo(6);
    assertThat(decoder.decode(raw(of("any", "made up", NOW)))).isNotNull();
  }

  /** A document without versions takes all, and each keeps a window open. */
  @Test
  void versionsBeyondTheBound_waitForOthersToFallSilent() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(decoder.decode(raw(of("any", "v" + i, NOW)))).isNotNull();
    }
    assertThat(decoder.decode(raw(of("any", "one more", NOW)))).isNull();
    assertThat(decoder.decode(raw(of("any", "v0", NOW)))).isNotNull();

    long later = NOW + Duration.ofHours(1).toMillis();
    byte[] value = of("any", "one more", later);
    assertThat(decoder.decode(new RawEvent(null, value, "p", 0, 0, later, List.of()))).isNotNull();
  }

  private static byte[] of(String model, String version, long millis) {
    Prediction prediction =
        new Prediction(
            "p",
            model,
            version,
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
    return PredictionCodec.write(prediction, USES, features -> {});
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
