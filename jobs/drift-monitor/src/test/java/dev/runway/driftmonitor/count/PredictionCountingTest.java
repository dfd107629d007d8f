package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.Uncounted;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionCountingTest {
  private static final long T = 1_700_000_000_000L;
  private static final String MODEL = "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":1}";

  private static final List<Declared> FEATURES =
      List.of(
          Declared.numeric(PredictionCounting.SCORE),
          Declared.categorical(PredictionCounting.LABEL),
          Declared.numeric(PredictionCounting.VALUE),
          Declared.numeric("amount"),
          Declared.categorical("country"),
          new Declared("paid", FeatureKind.BOOLEAN));

  private static final int SCORE = 0;
  private static final int LABEL = 1;
  private static final int VALUE = 2;
  private static final int AMOUNT = 3;

  private PredictionCounting counting;

  @BeforeEach
  void open() throws MalformedEvent {
    counting = counting(1);
    counting.open(letter -> {});
  }

  private static PredictionCounting counting(double sampleRate) throws MalformedEvent {
    return new PredictionCounting(
        TimeBounds.maxAge(Duration.ofDays(1)),
        Sampler.of(sampleRate),
        ModelDirectory.fixed(ModelDocumentCodec.read(MODEL.getBytes(StandardCharsets.UTF_8))),
        new FixedBaselines(false, profile()));
  }

  @AfterEach
  void close() {
    counting.close();
  }

  @Test
  void outputs_areFeaturesOfTheirNames() throws Exception {
    Tile tile = count("\"score\":0.3,\"label\":\"yes\",\"value\":7");

    assertThat(tile.n(SCORE)).isEqualTo(1);
    assertThat(tile.n(LABEL)).isEqualTo(1);
    assertThat(tile.n(VALUE)).isEqualTo(1);
    assertThat(tile.missing(AMOUNT)).isEqualTo(1);
  }

  /** Each of these made a tile with more values than events, which nothing could read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"$score\":\"x\"",
        "\"$score\":0.9",
        "\"$score\":null",
        "\"$label\":\"never seen\"",
        "\"$label\":5",
        "\"$value\":\"x\"",
        "\"$value\":true",
        "\"$score\":\"x\",\"$label\":\"never seen\",\"$value\":\"x\""
      })
  void ownFeaturesWithTheNameOfAnOutput_areNotCounted(String features) throws Exception {
    String outputs = "\"score\":0.3,\"label\":\"yes\",\"value\":7";
    Tile tile = count(outputs + ",\"features\":{" + features + "}");

    assertThat(tile.toBytes()).isEqualTo(count(outputs).toBytes());
  }

  @Test
  void outputThatIsNotThere_isMissing_whateverTheFeaturesSay() throws Exception {
    Tile tile = count("\"label\":\"yes\",\"features\":{\"$score\":0.5,\"$value\":1}");

    assertThat(tile.missing(SCORE)).isEqualTo(1);
    assertThat(tile.missing(VALUE)).isEqualTo(1);
  }

  @Test
  void featureGivenTwice_isRefused_andNothingOfItStays() throws Exception {
    assertThatExceptionOfType(MalformedEvent.class)
        .isThrownBy(() -> count("\"score\":0.3,\"features\":{\"amount\":1,\"amount\":2}"))
        .returns(Reason.DUPLICATE_FIELD, MalformedEvent::reason);

    assertThat(count("\"score\":0.3").missing(AMOUNT)).isEqualTo(1);
  }

  /** With a key the source samples; else a producer without keys counts a hundred times as much. */
  @Test
  void eventWithoutKey_isSampledByItsId_andOneWithAKeyIsNotSampledAgain() throws Exception {
    Sampler sampler = Sampler.of(0.1);
    PredictionCounting sampling = counting(0.1);
    sampling.open(letter -> {});
    try {
      int counted = 0;
      for (int i = 0; i < 1_000; i++) {
        String id = "p" + i;
        boolean kept = sampling.decode(raw(null, id, "\"score\":0.3")) != null;
        assertThat(kept).isEqualTo(sampler.keeps(id));
        counted += kept ? 1 : 0;
        assertThat(sampling.decode(raw(id, id, "\"score\":0.3"))).isNotNull();
      }
      assertThat(counted).isBetween(60, 140);
    } finally {
      sampling.close();
    }
  }

  @Test
  void whatTilesDoNotCount_isNumberedInTheBundle() throws Exception {
    TileBundle bundle = new TileBundle();
    TileBundle.Open open = null;
    TileKey key = null;
    for (String fields :
        List.of(
            "\"score\":0.3,\"features\":{\"amount\":1,\"new one\":2,\"another\":\"x\"}",
            "\"score\":0.3,\"features\":{\"amount\":1},\"weight\":4",
            "\"score\":0.3,\"features\":{\"amount\":1},\"weight\":1",
            "\"score\":0.3,\"features\":{\"new one\":2},\"weight\":0.5")) {
      CountedPrediction counted = counting.decode(raw("p", "p", fields));
      assertThat(counted).isNotNull();
      key = counted.key();
      open = open == null ? bundle.create(key) : open;
      bundle.add(open, counted);
    }
    List<TileDelta> deltas = new ArrayList<>();
    assertThat(open).isNotNull();
    bundle.emit(key, open, new ListCollector<>(deltas));

    assertThat(deltas)
        .singleElement()
        .returns(4L, TileDelta::predictions)
        .returns(new Uncounted(3, 2, 4.5, 16.25), TileDelta::uncounted);
    // Each counts once, whatever its weight.
    assertThat(Tile.fromBytes(deltas.get(0).tile()).n(AMOUNT)).isEqualTo(3);
  }

  /** The tile of one event, as it is read behind the network. */
  private Tile count(String fields) throws MalformedEvent, IOException {
    CountedPrediction counted = counting.decode(raw("p", "p", fields));
    assertThat(counted).isNotNull();
    Row row = counted.row();
    assertThat(row).isNotNull();
    Tile tile = counted.key().layout().newTile();
    tile.add(row);
    return Tile.fromBytes(tile.toBytes());
  }

  private static RawEvent raw(@Nullable String key, String id, String fields) {
    String event =
        "{\"prediction_id\":\"%s\",\"model_id\":\"m\",\"model_version\":\"1\",\"predicted_at\":%d,%s}"
            .formatted(id, T, fields);
    return new RawEvent(
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        event.getBytes(StandardCharsets.UTF_8),
        "runway.predictions",
        0,
        0,
        T,
        List.of());
  }

  private static BaselineProfile profile() {
    return ProfileBuilder.build(
        new Identity("b", "m", "1", T, Source.UPLOADED),
        Precision.DOUBLE,
        FEATURES,
        new ProfileOptions(10, 20, 0, 10),
        List.of(
            row -> {
              row.number(SCORE, 0.5);
              row.category(LABEL, "yes");
              row.number(VALUE, 7);
              row.number(AMOUNT, 1);
            },
            row -> {
              row.number(SCORE, 0.1);
              row.category(LABEL, "no");
              row.number(VALUE, 8);
              row.number(AMOUNT, 2);
            }));
  }
}
