package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.ProducedPart;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.TimeBounds;
import dev.runway.model.Limits;
import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.ProducerTile;
import dev.runway.model.ProducerTileCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProducerTilesTest {
  private static final long T = 1_700_000_000_000L / Span.MINUTE_MILLIS * Span.MINUTE_MILLIS;
  private static final long RECORDED = T + 2 * Span.MINUTE_MILLIS;
  private static final int PREDICTIONS = 500;
  private static final String MODEL =
      "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":1,\"versions\":[\"1\"],\"segments\":[\"eu\"]}";

  private static final BaselineProfile PROFILE = profile("b", 0);
  private static final TileLayout LAYOUT = TileLayout.of(PROFILE, false);
  private static final byte[] TILE = tile(LAYOUT).toBytes();

  private ProducerTiles tiles;

  @BeforeEach
  void open() throws MalformedEvent {
    open(false);
  }

  private void open(boolean sketches) throws MalformedEvent {
    tiles =
        new ProducerTiles(
            TimeBounds.maxAge(Duration.ofDays(1)),
            ModelDirectory.fixed(ModelDocumentCodec.read(MODEL.getBytes(StandardCharsets.UTF_8))),
            new FixedBaselines(sketches, PROFILE));
    tiles.open(letter -> {});
  }

  @AfterEach
  void close() {
    tiles.close();
  }

  @Test
  void tile_isAPartOfItsMinute() throws MalformedEvent {
    TileDelta part = decode(event("eu", TILE));

    assertThat(part.key()).isEqualTo(new BaselineKey("m", "1", "b"));
    assertThat(part.minute()).isEqualTo(Span.minuteOf(T, "eu"));
    assertThat(part.predictions()).isEqualTo(PREDICTIONS);
    assertThat(part.tile()).isEqualTo(TILE);
    assertThat(part.produced())
        .isEqualTo(new ProducedPart("scorer-3", 2, "eu", "runway.producer-tiles", 1, 9, RECORDED));
    // As of predictions.
    assertThat(decode(event(null, TILE)).minute()).isEqualTo(Span.minuteOf(T, null));
    assertThat(decode(event("mars", TILE)).minute())
        .isEqualTo(Span.minuteOf(T, ModelDocument.OTHER));
    // It stays what was sent.
    assertThat(decode(event("mars", TILE)).produced()).returns("mars", ProducedPart::segment);
    assertThat(decode(event(null, TILE)).produced())
        .returns(Span.NO_SEGMENT, ProducedPart::segment);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sketches_areLeftOut_whetherTheJobKeepsThemOrNot(boolean kept) throws Exception {
    close();
    open(kept);
    TileLayout sketched = TileLayout.of(PROFILE, true);
    byte[] tile = tile(sketched).toBytes();

    assertThat(tile).hasSizeGreaterThan(TILE.length);
    assertThat(decode(event("eu", tile)).tile()).isEqualTo(TILE);
  }

  @Test
  void whatIsNotKnown_isRefusedByName() {
    refused(Reason.UNKNOWN_MODEL, "model_id", "n", event("n", "1", "b", T, PREDICTIONS, TILE));
    refused(Reason.UNKNOWN_VERSION, "model_version", event("m", "2", "b", T, PREDICTIONS, TILE));
    refused(Reason.UNKNOWN_SCHEMA, "profile_id", event("m", "1", "c", T, PREDICTIONS, TILE));
  }

  @Test
  void keyThatIsNotTheModels_isRefused_forTheOrderWouldBeLost() {
    refused(Reason.KEY_MISMATCH, "model_id", "scorer-3", event("eu", TILE));
    refused(Reason.KEY_MISMATCH, "model_id", null, event("eu", TILE));
  }

  @Test
  void timeThatIsNotToBeBelieved_isRefused() {
    long day = Duration.ofDays(1).toMillis();
    refused(Reason.FUTURE, "window_end", event("m", "1", "b", T + day, PREDICTIONS, TILE));
    refused(Reason.ANCIENT, "window_end", event("m", "1", "b", T - 2 * day, PREDICTIONS, TILE));
    refused(Reason.BAD_VALUE, "window_start", event("m", "1", "b", T + 1, PREDICTIONS, TILE));
  }

  @Test
  void countsOfOtherBins_orOfAnotherNumber_areRefused() {
    byte[] others = tile(TileLayout.of(profile("b", 3), false)).toBytes();
    byte[] named = tile(TileLayout.of(profile("c", 0), false)).toBytes();

    refused(Reason.BAD_VALUE, "tile", event("eu", others));
    refused(Reason.BAD_VALUE, "tile", event("eu", named));
    refused(Reason.BAD_VALUE, "predictions", event("m", "1", "b", T, PREDICTIONS + 1, TILE));
    refused(Reason.BAD_VALUE, "predictions", event("m", "1", "b", T, 0, TILE));
    refused(
        Reason.BAD_VALUE,
        "predictions",
        event("m", "1", "b", T, Limits.MAX_TILE_PREDICTIONS + 1, TILE));
  }

  /** Whatever the bytes are: a dead letter, or a tile that can be merged and scored. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedTile_isRefused_orCanBeScored(boolean sketches) throws Exception {
    close();
    open(sketches);
    TileLayout layout = TileLayout.of(PROFILE, sketches);
    byte[] whole = tile(layout).toBytes();
    DriftScorer scorer = new DriftScorer(DriftPolicy.standard());
    Random random = new Random(31);
    int refused = 0;
    int taken = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] damaged = whole.clone();
      for (int times = random.nextInt(3); times >= 0; times--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        Tile tile = Tile.fromBytes(decode(event("eu", damaged)).tile());
        // A part of the job's own, with sketches where it keeps them.
        Tile sum = Tile.fromBytes(tile.plus(Tile.fromBytes(whole)).toBytes());
        assertThat(scorer.score(layout, sum).features()).isNotEmpty();
        taken++;
      } catch (MalformedEvent e) {
        assertThat(e.field()).isIn("tile", "predictions");
        refused++;
      }
    }
    // Of one with sketches most bytes are theirs, which nobody looks at.
    assertThat(refused).isGreaterThan(sketches ? 100 : 1_000);
    assertThat(taken).isGreaterThan(100);
  }

  private TileDelta decode(byte[] event) throws MalformedEvent {
    return tiles.decode(raw("m", event));
  }

  private void refused(Reason reason, String field, byte[] event) {
    refused(reason, field, "m", event);
  }

  private void refused(Reason reason, String field, @Nullable String key, byte[] event) {
    assertThatExceptionOfType(MalformedEvent.class)
        .isThrownBy(() -> tiles.decode(raw(key, event)))
        .returns(reason, MalformedEvent::reason)
        .returns(field, MalformedEvent::field);
  }

  private static RawEvent raw(@Nullable String key, byte[] event) {
    byte[] bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    return new RawEvent(bytes, event, "runway.producer-tiles", 1, 9, RECORDED, List.of());
  }

  private static byte[] event(@Nullable String segment, byte[] tile) {
    return event("m", "1", segment, "b", T, PREDICTIONS, tile);
  }

  private static byte[] event(
      String model, String version, String profile, long start, long predictions, byte[] tile) {
    return event(model, version, null, profile, start, predictions, tile);
  }

  private static byte[] event(
      String model,
      String version,
      @Nullable String segment,
      String profile,
      long start,
      long predictions,
      byte[] tile) {
    return ProducerTileCodec.write(
        new ProducerTile(
            "scorer-3",
            2,
            model,
            version,
            segment,
            profile,
            start,
            start + ProducerTile.LENGTH_MILLIS,
            predictions,
            tile));
  }

  private static Tile tile(TileLayout layout) {
    Random random = new Random(5);
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < PREDICTIONS; i++) {
      row.clear();
      row.number(0, i % 50 == 0 ? Double.POSITIVE_INFINITY : random.nextGaussian());
      row.category(1, i % 9 == 0 ? "new " + i % 5 : "a");
      tile.add(row);
    }
    return tile;
  }

  private static BaselineProfile profile(String id, double shift) {
    Random random = new Random(6);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      double number = shift + random.nextGaussian();
      String word = random.nextBoolean() ? "a" : "b";
      rows.add(
          row -> {
            row.number(0, number);
            row.category(1, word);
          });
    }
    return ProfileBuilder.build(
        new Identity(id, "m", "1", T, Source.UPLOADED),
        Precision.DOUBLE,
        List.of(Declared.numeric("number"), Declared.categorical("word")),
        new ProfileOptions(10, 20, 0, 10),
        rows);
  }
}
