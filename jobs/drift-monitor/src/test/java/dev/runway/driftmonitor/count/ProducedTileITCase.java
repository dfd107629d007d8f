package dev.runway.driftmonitor.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Tile;
import dev.runway.driftmonitor.baseline.FixedBaselines;
import dev.runway.driftmonitor.custom.CustomSettings;
import dev.runway.driftmonitor.merge.BaselineKey;
import dev.runway.driftmonitor.merge.BaselineKeySerializer;
import dev.runway.driftmonitor.merge.DriftReadingSerializer;
import dev.runway.driftmonitor.merge.MergeTilesFunction;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.driftmonitor.merge.TestingModels;
import dev.runway.driftmonitor.merge.TierWindows;
import dev.runway.driftmonitor.merge.TileDelta;
import dev.runway.driftmonitor.merge.WindowReport;
import dev.runway.driftmonitor.produced.TileProducing;
import dev.runway.flink.ModelDirectory;
import dev.runway.flink.RawEvent;
import dev.runway.flink.Sampler;
import dev.runway.flink.TimeBounds;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A producer that has the jar of shared/drift and what that declares, and nothing else, counts the
 * same as the job does of the predictions themselves, and the job adds its tile to its own.
 */
class ProducedTileITCase {
  private static final long T = 1_700_000_000_000L / Span.MINUTE_MILLIS * Span.MINUTE_MILLIS;
  private static final Duration LATENESS = Duration.ofMinutes(30);
  private static final byte[] MODEL =
      "{\"model_id\":\"m\",\"task\":\"BINARY\",\"tier\":1}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void tileOfAProducer_isThatOfTheJob_andIsAddedToIt() throws Exception {
    BaselineProfile profile = profile();
    byte[] produced = TileProducing.run(ProfileJson.write(profile), folder);

    TileDelta counted = counted(profile);
    assertThat(counted.predictions()).isEqualTo(TileProducing.PREDICTIONS);
    assertThat(produced).isEqualTo(counted.tile());

    DriftTile merged =
        merged(
            profile,
            counted,
            new TileDelta(counted.key(), counted.minute(), TileProducing.PREDICTIONS, produced));
    Tile both = Tile.fromBytes(merged.tile());
    Tile one = Tile.fromBytes(counted.tile());
    assertThat(merged.predictions()).isEqualTo(2 * TileProducing.PREDICTIONS);
    for (int f = 0; f < profile.features().size(); f++) {
      long[] counts = one.counts(f);
      for (int i = 0; i < counts.length; i++) {
        counts[i] *= 2;
      }
      assertThat(both.counts(f)).isEqualTo(counts);
      assertThat(both.mistyped(f)).isEqualTo(2 * one.mistyped(f));
      assertThat(both.missing(f)).isEqualTo(2 * one.missing(f));
      assertThat(both.newWords(f)).isEqualTo(2 * one.newWords(f));
    }
    assertThat(one.mistyped(1)).isPositive();
    assertThat(one.missing(2)).isPositive();
    assertThat(one.newWords(2)).isPositive();
  }

  /** The job's own way from the bytes of events to those of a tile. */
  private static TileDelta counted(BaselineProfile profile) throws Exception {
    PredictionCounting counting =
        new PredictionCounting(
            TimeBounds.maxAge(Duration.ofDays(1)),
            Sampler.of(1),
            ModelDirectory.fixed(ModelDocumentCodec.read(MODEL)),
            new FixedBaselines(false, profile));
    counting.open(letter -> {});
    try {
      TileBundle bundle = new TileBundle();
      TileBundle.Open open = null;
      TileKey key = null;
      for (int i = 0; i < TileProducing.PREDICTIONS; i++) {
        CountedPrediction prediction = counting.decode(event(i));
        assertThat(prediction).isNotNull();
        key = prediction.key();
        open = open == null ? bundle.create(key) : open;
        bundle.add(open, prediction);
      }
      List<TileDelta> deltas = new ArrayList<>();
      assertThat(open).isNotNull();
      bundle.emit(key, open, new ListCollector<>(deltas));
      return deltas.get(0);
    } finally {
      counting.close();
    }
  }

  private static RawEvent event(int i) {
    String features = TileProducing.features(i);
    String event =
        "{\"prediction_id\":\"p%d\",\"model_id\":\"m\",\"model_version\":\"1\",\"predicted_at\":%d,%s}"
            .formatted(i, T + i, features);
    byte[] id = ("p" + i).getBytes(StandardCharsets.UTF_8);
    return new RawEvent(
        id, event.getBytes(StandardCharsets.UTF_8), "runway.predictions", 0, i, T, List.of());
  }

  /** The tile of their minute, of all predictions. */
  private static DriftTile merged(BaselineProfile profile, TileDelta... parts) throws Exception {
    ModelDocument model = ModelDocumentCodec.read(MODEL);
    try (var harness =
        new KeyedOneInputStreamOperatorTestHarness<BaselineKey, TileDelta, DriftReading>(
            new KeyedProcessOperator<>(
                new MergeTilesFunction(
                    new TestingModels(model),
                    new FixedBaselines(false, profile),
                    new WindowReport.Settings(500, 0.05, 5),
                    CustomSettings.none(),
                    TierWindows.standard(),
                    LATENESS)),
            TileDelta::key,
            BaselineKeySerializer.TYPE)) {
      harness.setup(DriftReadingSerializer.TYPE.createSerializer(null));
      harness.open();
      for (TileDelta part : parts) {
        harness.processElement(new StreamRecord<>(part));
      }
      harness.processWatermark(T + Span.MINUTE_MILLIS);
      return harness.getSideOutput(MergeTilesFunction.TILES).element().getValue();
    }
  }

  /** As `./runway profile` makes them: of floats. */
  private static BaselineProfile profile() {
    Random random = new Random(4);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      double score = random.nextDouble();
      double amount = 10 * random.nextGaussian();
      String country = random.nextBoolean() ? "DE" : "FR";
      rows.add(
          row -> {
            row.number(0, score);
            row.number(1, amount);
            row.category(2, country);
          });
    }
    return ProfileBuilder.build(
        new Identity("b", "m", "1", T, Source.UPLOADED),
        Precision.FLOAT,
        List.of(
            Declared.numeric("$score"),
            Declared.numeric("amount"),
            Declared.categorical("country")),
        ProfileOptions.standard(3),
        rows);
  }
}
