package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.RawHeader;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.AvroPredictionCodec;
import dev.runway.model.LabelPolicy;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.Reduction;
import dev.runway.model.Task;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The two forms of a prediction, which count the same, and what is refused of each. */
class PredictionFormsTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final List<Declared> FEATURES =
      List.of(
          Declared.numeric("distance"),
          Declared.numeric(PredictionCounting.SCORE),
          Declared.categorical("carrier"),
          Declared.numeric("seats"));

  private final PredictionCounting counting =
      new PredictionCounting(
          TimeBounds.maxAge(Duration.ofDays(1)),
          Sampler.of(1),
          ModelDirectory.fixed(model()),
          new FixedBaselines(false, profile()));

  @BeforeEach
  void open() {
    counting.open(letter -> {});
  }

  @AfterEach
  void close() {
    counting.close();
  }

  @Test
  void avro_countsWhatJsonCounts() throws Exception {
    assertThat(tile(avro(Arrays.asList(2.5, "WN", 150L)))).isEqualTo(tile(json()));
    assertThat(tile(avro(Arrays.asList(2.5, "WN", null)))).isNotEqualTo(tile(json()));
  }

  /** 0.1 as a float is above 0.1 as a double, and beside the bin that a value of its own has. */
  @Test
  void floatsAndDoubles_countTheSame() throws Exception {
    byte[] ofDoubles = tile(avro(Arrays.asList(0.1, "WN", 150.7)));

    assertThat(tile(avro(Arrays.asList(0.1f, "WN", 150.7f)))).isEqualTo(ofDoubles);
    assertThat(tile(avro(Arrays.asList((double) 0.1f, "WN", 150.7f)))).isEqualTo(ofDoubles);
    assertThat(tile(avro(Arrays.asList(0.11f, "WN", 150.7f)))).isNotEqualTo(ofDoubles);
  }

  @Test
  void avroAfterAnother_hasNothingOfIt() throws Exception {
    byte[] expected = tile(avro(Arrays.asList(null, null, 7.0)));
    tile(avro(Arrays.asList(2.5, "WN", 150L)));

    assertThat(tile(avro(Arrays.asList(null, null, 7.0)))).isEqualTo(expected);
  }

  /** Events of numbers alone go another way than those with words. */
  @Test
  void numbersAlone_countWhatTheyCountInJson_afterWhateverEvent() throws Exception {
    byte[] expected = tile(json("{\"distance\":2.5,\"carrier\":7}"));
    for (List<?> before :
        List.of(
            Arrays.asList(1.0, "WN", 3L),
            Arrays.asList(null, 4.0, 3L),
            Arrays.asList(1.0, null, 3L))) {
      tile(avro(before));
      assertThat(tile(avro(Arrays.asList(2.5, 7.0, null)))).isEqualTo(expected);
    }
    tile(avro(Arrays.asList(1.0, "WN", 3L)));
    assertThat(tile(avro(Arrays.asList(null, null, 7.0)))).isEqualTo(tile(json("{\"seats\":7}")));
    assertThat(tile(avro(Arrays.asList(Double.NaN, null, 7.0))))
        .isEqualTo(tile(json("{\"seats\":7}")));
  }

  @Test
  void keyOfTheEventBefore_isUsedAgain_onlyInItsMinute() throws Exception {
    TileKey first = Objects.requireNonNull(counting.decode(json())).key();
    assertThat(Objects.requireNonNull(counting.decode(json())).key()).isSameAs(first);
    TileKey later =
        Objects.requireNonNull(counting.decode(event(json("{}", NOW - 60_000), List.of()))).key();
    assertThat(later.minuteMillis()).isEqualTo(first.minuteMillis() - 60_000);
    assertThat(Objects.requireNonNull(counting.decode(json())).key()).isEqualTo(first);
  }

  @Test
  void anotherNumberOfFeatures_isRefused() {
    assertThat(refusal(avro(List.of(2.5, "WN")))).isEqualTo("BAD_VALUE features");
    assertThat(refusal(avro(List.of(2.5, "WN", 1.0, 1.0)))).isEqualTo("BAD_VALUE features");
    assertThat(refusal(avro(List.of()))).isEqualTo("BAD_VALUE features");
  }

  @Test
  void unknownList_orForm_isRefused() {
    List<Object> features = List.of(2.5, "WN", 1.0);
    assertThat(refusal(avro(features, header("runway-features", "other"))))
        .isEqualTo("UNKNOWN_SCHEMA runway-features");
    assertThat(refusal(avro(features, header("runway-features", ""))))
        .isEqualTo("UNKNOWN_SCHEMA runway-features");
    assertThat(refusal(avro(features))).isEqualTo("none");
    assertThat(refusal(event(bytes(features), List.of(header("runway-format", "avro-1")))))
        .isEqualTo("UNKNOWN_SCHEMA runway-features");
    assertThat(refusal(event(bytes(features), List.of(header("runway-format", "avro-2")))))
        .isEqualTo("UNKNOWN_SCHEMA runway-format");
  }

  @Test
  void formThatIsNotTheOneOfTheHeader_isRefused() {
    byte[] whole = bytes(List.of(2.5, "WN", 1.0));
    assertThat(refusal(event(Arrays.copyOf(whole, whole.length - 3), headers())))
        .isEqualTo("NOT_AVRO features");
    assertThat(refusal(event(whole, List.of()))).startsWith("NOT_JSON");
    assertThat(refusal(event(json().value(), headers()))).isNotEqualTo("none");
  }

  private byte[] tile(RawEvent raw) throws MalformedEvent {
    CountedPrediction counted = counting.decode(raw);
    assertThat(counted).isNotNull();
    Row row = counted.row();
    assertThat(row).isNotNull();
    Tile tile = Objects.requireNonNull(counted.key().layout()).newTile();
    tile.add(row);
    return tile.toBytes();
  }

  private String refusal(RawEvent raw) {
    MalformedEvent refusal = catchThrowableOfType(MalformedEvent.class, () -> counting.decode(raw));
    return refusal == null ? "none" : refusal.reason() + " " + refusal.field();
  }

  private static RawEvent json() {
    return event(
        PredictionCodec.write(
            prediction(),
            features -> {
              features.number("seats", 150);
              features.category("carrier", "WN");
              features.number("distance", 2.5);
            }),
        List.of());
  }

  private static RawEvent json(String features) {
    return event(json(features, NOW), List.of());
  }

  private static byte[] json(String features, long at) {
    return """
        {"prediction_id":"p","model_id":"m","model_version":"1","predicted_at":%d,"score":0.5,
         "features":%s}"""
        .formatted(at, features)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static RawEvent avro(List<? extends @Nullable Object> features) {
    return event(bytes(features), headers());
  }

  private static RawEvent avro(List<? extends @Nullable Object> features, RawHeader list) {
    return event(bytes(features), List.of(header("runway-format", "avro-1"), list));
  }

  private static List<RawHeader> headers() {
    return List.of(header("runway-format", "avro-1"), header("runway-features", "baseline-1"));
  }

  private static RawHeader header(String name, String value) {
    return new RawHeader(name, value.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bytes(List<? extends @Nullable Object> features) {
    return AvroPredictionCodec.write(prediction(), features);
  }

  private static RawEvent event(byte[] value, List<RawHeader> headers) {
    return new RawEvent(null, value, "runway.predictions", 0, 0, NOW, headers);
  }

  private static Prediction prediction() {
    return new Prediction(
        "p", "m", "1", NOW, 0.5, null, Double.NaN, null, null, null, null, null, Double.NaN, 1);
  }

  private static BaselineProfile profile() {
    List<ProfileBuilder.RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      double value = i / 100.0;
      rows.add(
          values -> {
            values.number(0, value);
            values.number(1, value / 10);
            values.category(2, "WN");
            values.number(3, 100 + value);
          });
    }
    return ProfileBuilder.build(
        new Identity("baseline-1", "m", "1", NOW, Source.UPLOADED),
        Precision.FLOAT,
        FEATURES,
        ProfileOptions.standard(4),
        rows);
  }

  private static ModelDocument model() {
    return new ModelDocument(
        "m",
        1,
        1,
        null,
        Task.BINARY,
        LabelPolicy.EXPLICIT,
        Reduction.LAST,
        Duration.ofHours(1),
        null,
        null,
        1,
        0.5,
        Duration.ofHours(1),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
