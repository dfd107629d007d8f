package dev.runway.driftmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.driftmonitor.merge.Span;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.DriftTile;
import dev.runway.model.MalformedEvent;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import dev.runway.model.ProducerTile;
import dev.runway.model.Reason;
import dev.runway.model.Topic;
import dev.runway.testkit.FlinkCluster;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.core.execution.JobClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Half of the predictions are counted by those who make them: what the job says is the same as if
 * it had seen them all.
 */
class ProducerTilesJobITCase {
  @RegisterExtension static final KafkaBroker BROKER = new KafkaBroker();
  @RegisterExtension static final FlinkCluster FLINK = new FlinkCluster();

  private static final long NOON = 1_700_000_000_000L / 3_600_000 * 3_600_000;
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();
  private static final int WINDOWS = 2;
  private static final int PREDICTIONS = 2_000;
  private static final String MODEL =
      "{\"model_id\":\"m\",\"tier\":1,\"task\":\"BINARY\",\"versions\":[\"1\"],\"segments\":[\"eu\"]}";

  private static final BaselineProfile PROFILE = profile();
  private static final TileLayout LAYOUT = TileLayout.of(PROFILE, false);

  /** One prediction. */
  private record Made(
      String id,
      long at,
      @Nullable String segment,
      double score,
      double distance,
      String carrier) {}

  @Test
  void tilesOfProducersBesidePredictions_giveTheReadingsOfAllPredictions() throws Exception {
    List<Made> all = made();
    Map<String, DriftReading> expected;
    List<DriftTile> expectedTiles;
    try (JobTopics topics = new JobTopics(BROKER, "raw-alone")) {
      begin(topics);
      all.forEach(each -> send(topics, each));
      JobClient job = topics.submit();
      topics.heartbeat(NOON + 20 * WINDOW);
      expected = awaitReadings(topics);
      expectedTiles = topics.tiles();
      job.cancel().get();
    }
    try (JobTopics topics = new JobTopics(BROKER, "with-tiles")) {
      begin(topics);
      List<Made> counted = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        if (i % 2 == 0) {
          send(topics, all.get(i));
        } else {
          counted.add(all.get(i));
        }
      }
      List<ProducerTile> tiles = tiles(counted);
      // As producers do that are not sure whether they were heard.
      List<ProducerTile> sent = new ArrayList<>(tiles);
      sent.addAll(tiles);
      Collections.shuffle(sent, new Random(3));
      sent.forEach(topics::tile);
      topics.tile(ofProfile(tiles.get(0), "m-0"));
      topics.tile(withCountsOf(tiles.get(0), tiles.get(1)));
      JobClient job = topics.submit();
      // The last one is refused where all before it have been added.
      await()
          .atMost(Waits.LONG)
          .untilAsserted(
              () ->
                  assertThat(topics.deadLetters().values())
                      .allMatch(
                          letter -> letter.topic().equals(Topic.PRODUCER_TILES.in("with-tiles")))
                      .extracting(DeadLetter::reason)
                      .containsExactlyInAnyOrder(Reason.UNKNOWN_SCHEMA, Reason.CONFLICT));
      topics.heartbeat(NOON + 20 * WINDOW);

      assertThat(awaitReadings(topics)).isEqualTo(expected);
      assertThat(topics.tiles()).usingRecursiveComparison().isEqualTo(expectedTiles);
      job.cancel().get();
    }
    assertThat(expected.get("m * m-1 " + (NOON + WINDOW)))
        .returns((long) PREDICTIONS, DriftReading::predictions)
        .returns(1, DriftReading::flagged);
  }

  private static void begin(JobTopics topics) {
    topics.model("m", MODEL);
    topics.baseline(PROFILE);
  }

  /** All windows of all predictions and of their segment. */
  private static Map<String, DriftReading> awaitReadings(JobTopics topics) {
    await()
        .atMost(Waits.LONG)
        .untilAsserted(
            () -> {
              assertThat(topics.readings()).hasSize(2 * WINDOWS);
              // They come by a topic of their own.
              assertThat(topics.tiles()).hasSize(WINDOWS * (int) (WINDOW / Span.MINUTE_MILLIS));
            });
    try {
      return topics.readings();
    } catch (MalformedEvent e) {
      throw new AssertionError(e);
    }
  }

  private static void send(JobTopics topics, Made made) {
    Prediction prediction =
        new Prediction(
            made.id,
            "m",
            "1",
            made.at,
            made.score,
            null,
            Double.NaN,
            null,
            null,
            made.segment,
            null,
            null,
            Double.NaN,
            1);
    topics.prediction(
        made.id,
        PredictionCodec.write(
            prediction,
            sink -> {
              sink.number("distance", made.distance);
              sink.category("carrier", made.carrier);
            }));
  }

  /** By two producers, one of which sends each minute in two parts. */
  private static List<ProducerTile> tiles(List<Made> counted) {
    Map<ProducerTile, Tile> open = new TreeMap<>(ProducerTilesJobITCase::compare);
    Row row = LAYOUT.newRow();
    for (Made made : counted) {
      int part = Math.floorMod(made.id.hashCode(), 3);
      long start = Math.floorDiv(made.at, ProducerTile.LENGTH_MILLIS) * ProducerTile.LENGTH_MILLIS;
      ProducerTile empty =
          new ProducerTile(
              part == 0 ? "scorer-a" : "scorer-b",
              part == 2 ? 1 : 0,
              "m",
              "1",
              made.segment,
              PROFILE.id(),
              start,
              start + ProducerTile.LENGTH_MILLIS,
              0,
              new byte[0]);
      row.clear();
      row.number(LAYOUT.position("$score"), made.score);
      row.number(LAYOUT.position("distance"), made.distance);
      row.category(LAYOUT.position("carrier"), made.carrier);
      open.computeIfAbsent(empty, any -> LAYOUT.newTile()).add(row);
    }
    List<ProducerTile> tiles = new ArrayList<>();
    open.forEach((empty, tile) -> tiles.add(withCounts(empty, tile.events(), tile.toBytes())));
    return tiles;
  }

  private static int compare(ProducerTile a, ProducerTile b) {
    return key(a).compareTo(key(b));
  }

  private static String key(ProducerTile tile) {
    return tile.producerId() + tile.sequence() + tile.segment() + tile.windowStartMillis();
  }

  private static ProducerTile withCountsOf(ProducerTile tile, ProducerTile other) {
    return withCounts(tile, other.predictions(), other.tile());
  }

  private static ProducerTile withCounts(ProducerTile tile, long predictions, byte[] counts) {
    return new ProducerTile(
        tile.producerId(),
        tile.sequence(),
        tile.modelId(),
        tile.modelVersion(),
        tile.segment(),
        tile.profileId(),
        tile.windowStartMillis(),
        tile.windowEndMillis(),
        predictions,
        counts);
  }

  private static ProducerTile ofProfile(ProducerTile tile, String profile) {
    return new ProducerTile(
        tile.producerId(),
        tile.sequence(),
        tile.modelId(),
        tile.modelVersion(),
        tile.segment(),
        profile,
        tile.windowStartMillis(),
        tile.windowEndMillis(),
        tile.predictions(),
        tile.tile());
  }

  /** The distance of the second window is another one. */
  private static List<Made> made() {
    Random random = new Random(2);
    List<Made> made = new ArrayList<>();
    for (int window = 0; window < WINDOWS; window++) {
      for (int i = 0; i < PREDICTIONS; i++) {
        made.add(
            new Made(
                "p-" + window + '-' + i,
                NOON + window * WINDOW + i * WINDOW / PREDICTIONS,
                i % 5 < 2 ? "eu" : null,
                random.nextDouble(),
                random.nextGaussian() + window,
                random.nextBoolean() ? "AA" : "UA"));
      }
    }
    return made;
  }

  private static BaselineProfile profile() {
    Random random = new Random(1);
    List<RowWriter> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      double score = random.nextDouble();
      double distance = random.nextGaussian();
      String carrier = random.nextBoolean() ? "AA" : "UA";
      rows.add(
          row -> {
            row.number(0, score);
            row.number(1, distance);
            row.category(2, carrier);
          });
    }
    return ProfileBuilder.build(
        new Identity("m-1", "m", "1", NOON - WINDOW, Source.PROFILE_JOB),
        Precision.DOUBLE,
        List.of(
            Declared.numeric("$score"),
            Declared.numeric("distance"),
            Declared.categorical("carrier")),
        ProfileOptions.standard(3),
        rows);
  }
}
