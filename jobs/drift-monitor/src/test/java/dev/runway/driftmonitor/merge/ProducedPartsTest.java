package dev.runway.driftmonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.tile.Tile;
import dev.runway.model.DeadLetter;
import dev.runway.model.DriftReading;
import dev.runway.model.Limits;
import dev.runway.model.ModelDocument;
import dev.runway.model.ProducerTile;
import dev.runway.model.ProducerTileCodec;
import dev.runway.model.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Producers' tiles among the job's own parts. */
class ProducedPartsTest {
  private static final long START = SomeTiles.START;
  private static final long WINDOW = SomeTiles.WINDOW;
  private static final long LATE = START + WINDOW + MergeHarness.LATENESS.toMillis();

  /** After it nothing is kept. */
  private static final long LONG_AFTER = START + Duration.ofDays(60).toMillis();

  private static final int PREDICTIONS = 100;

  /** The job's own and those of two producers, of 30 minutes and two segments. */
  private static List<TileDelta> parts(boolean asTheJobsOwn) {
    Random random = new Random(21);
    List<TileDelta> parts = new ArrayList<>();
    for (int minute = 0; minute < 30; minute++) {
      Span span = minute(minute, minute % 3 == 0 ? "eu" : null);
      parts.add(SomeTiles.delta(random, span, PREDICTIONS, 0.1));
      for (int i = 0; i < 4; i++) {
        TileDelta counted = SomeTiles.delta(random, span, PREDICTIONS, 0.1);
        parts.add(asTheJobsOwn ? counted : produced(counted, "scorer-" + i % 2, i / 2));
      }
    }
    return parts;
  }

  private static TileDelta produced(TileDelta counted, String producer, long sequence) {
    return produced(counted, producer, sequence, counted.minute().segment());
  }

  /**
   * A part of a producer.
   *
   * @param segment that was sent; it counts under that of the part
   */
  private static TileDelta produced(
      TileDelta counted, String producer, long sequence, String segment) {
    return new TileDelta(
        counted.key(),
        counted.minute(),
        counted.predictions(),
        counted.uncounted(),
        counted.tile(),
        new ProducedPart(producer, sequence, segment, "runway.producer-tiles", 3, 17, START));
  }

  private static Span minute(int minute, @Nullable String segment) {
    return Span.minuteOf(START + minute * Span.MINUTE_MILLIS, segment);
  }

  private static void close(MergeHarness harness) throws Exception {
    // Short of where parts are let go; a repeat may still come.
    harness.reaches(LATE - 1);
  }

  /** As after a failure, or from a producer that was not answered: in any order, and again. */
  @Test
  void partsOfProducers_inAnyOrder_repeated_andAcrossARestart_areCountedOnce() throws Exception {
    try (MergeHarness own = new MergeHarness();
        MergeHarness mixed = new MergeHarness()) {
      for (TileDelta part : parts(true)) {
        own.counted(part);
      }
      close(own);

      List<TileDelta> parts = new ArrayList<>(parts(false));
      Collections.shuffle(parts, new Random(22));
      int half = parts.size() / 2;
      for (TileDelta part : parts.subList(0, half)) {
        mixed.counted(part);
      }
      mixed.restart();
      // All that was sent before, and the rest; those of the job itself come once.
      List<TileDelta> again = new ArrayList<>(parts);
      again.removeIf(part -> part.produced() == null && parts.indexOf(part) < half);
      Collections.shuffle(again, new Random(23));
      for (TileDelta part : again) {
        mixed.counted(part);
      }
      close(mixed);

      assertThat(mixed.readings()).isNotEmpty().isEqualTo(own.readings());
      assertThat(mixed.tiles()).isEqualTo(own.tiles());
      long repeated = parts.subList(0, half).stream().filter(p -> p.produced() != null).count();
      assertThat(repeated).isPositive();
      assertThat(mixed.count("repeated-producer-tiles")).isEqualTo(repeated);
      assertThat(mixed.count("producer-tiles")).isEqualTo(30 * 4);
      assertThat(mixed.count("merged-producer-tiles")).isEqualTo(30 * 4 - repeated);
      assertThat(mixed.letters()).isEmpty();
    }
  }

  @Test
  void partOfTheSameIdWithOtherCounts_isADeadLetter_andTheFirstStays() throws Exception {
    Random random = new Random(24);
    try (MergeHarness harness = new MergeHarness()) {
      TileDelta first = produced(SomeTiles.delta(random, minute(3, "eu"), 600, 0), "scorer", 5);
      TileDelta other = produced(SomeTiles.delta(random, minute(3, "eu"), 700, 0), "scorer", 5);
      harness.counted(first);
      harness.counted(other);
      // Another minute, segment, producer or sequence is another tile.
      harness.counted(produced(SomeTiles.delta(random, minute(4, "eu"), 1, 0), "scorer", 5));
      harness.counted(produced(SomeTiles.delta(random, minute(3, null), 2, 0), "scorer", 5));
      harness.counted(produced(SomeTiles.delta(random, minute(3, "eu"), 4, 0), "scorer-2", 5));
      harness.counted(produced(SomeTiles.delta(random, minute(3, "eu"), 8, 0), "scorer", 6));
      harness.reaches(START + WINDOW);

      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(615);
      assertThat(harness.letters()).hasSize(1);
      DeadLetter letter = harness.letters().get(0);
      assertThat(letter)
          .returns(Reason.CONFLICT, DeadLetter::reason)
          .returns("sequence", DeadLetter::field)
          .returns("runway.producer-tiles", DeadLetter::topic)
          .returns(3, DeadLetter::partition)
          .returns(17L, DeadLetter::offset);
      ProducerTile told = ProducerTileCodec.read(letter.bytes());
      assertThat(told)
          .returns("eu", ProducerTile::segment)
          .returns(5L, ProducerTile::sequence)
          .returns(700L, ProducerTile::predictions);
      assertThat(told.tile()).isEqualTo(other.tile());
      requireSum(harness);
    }
  }

  /** Segments that a model does not declare count as one, and are others all the same. */
  @Test
  void partsOfTwoUndeclaredSegments_areTwo_andALetterSaysTheOneThatWasSent() throws Exception {
    Random random = new Random(30);
    Span other = minute(3, ModelDocument.OTHER);
    try (MergeHarness harness = new MergeHarness()) {
      TileDelta french = produced(SomeTiles.delta(random, other, 600, 0), "scorer", 0, "fr");
      harness.counted(french);
      harness.counted(produced(SomeTiles.delta(random, other, 50, 0), "scorer", 0, "it"));
      // Counts that happen to be the same are no repeat either.
      harness.counted(produced(french, "scorer", 0, "es"));
      harness.counted(french);
      harness.counted(produced(SomeTiles.delta(random, other, 7, 0), "scorer", 0, "it"));
      harness.reaches(START + WINDOW);

      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(600 + 50 + 600);
      assertThat(harness.count("repeated-producer-tiles")).isEqualTo(1);
      assertThat(harness.letters()).extracting(DeadLetter::reason).containsExactly(Reason.CONFLICT);
      assertThat(ProducerTileCodec.read(harness.letters().get(0).bytes()).segment())
          .isEqualTo("it");
      requireSum(harness);
      harness.reaches(LONG_AFTER);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  @Test
  void repeatAfterItsSegmentWasDeclared_isARepeat() throws Exception {
    TileDelta undeclared = SomeTiles.delta(new Random(31), minute(3, ModelDocument.OTHER), 600, 0);
    TileDelta declared =
        new TileDelta(
            undeclared.key(), minute(3, "fr"), undeclared.predictions(), undeclared.tile());
    try (MergeHarness harness = new MergeHarness()) {
      harness.counted(produced(undeclared, "scorer", 0, "fr"));
      harness.restart();
      harness.counted(produced(declared, "scorer", 0, "fr"));
      harness.reaches(START + WINDOW);

      assertThat(harness.readings()).containsOnlyKeys("*@0", ModelDocument.OTHER + "@0");
      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(600);
      assertThat(harness.count("repeated-producer-tiles")).isEqualTo(1);
      requireSum(harness);
    }
  }

  /** By the clock of predictions, and once it is late nobody asks whether it is a repeat. */
  @Test
  void lateParts_areLateAsPredictionsAre() throws Exception {
    Random random = new Random(25);
    try (MergeHarness harness = new MergeHarness()) {
      TileDelta early = produced(SomeTiles.delta(random, minute(3, null), 600, 0), "scorer", 0);
      TileDelta late = produced(SomeTiles.delta(random, minute(3, null), 50, 0), "scorer", 1);
      harness.counted(early);
      harness.reaches(LATE - 1);
      harness.counted(produced(SomeTiles.delta(random, minute(4, null), 40, 0), "scorer", 0));
      harness.reaches(LATE);
      harness.counted(SomeTiles.delta(random, minute(4, null), 7, 0));
      harness.counted(late);
      harness.counted(early);
      harness.reaches(LONG_AFTER);

      assertThat(harness.readings().get("*@0"))
          .returns(640L, DriftReading::predictions)
          .returns(640L, DriftReading::revision);
      assertThat(harness.count("late")).isEqualTo(7 + 50 + 600);
      assertThat(harness.count("merged")).isEqualTo(640);
      assertThat(harness.count("late-producer-tiles")).isEqualTo(2);
      requireSum(harness);
      assertThat(harness.entriesLeft()).isZero();
    }
  }

  /** What must be remembered of a minute has an end, too. */
  @Test
  void partsBeyondTheLimit_areDeadLetters() throws Exception {
    TileDelta counted = SomeTiles.delta(new Random(26), minute(3, null), 1, 0);
    try (MergeHarness harness = new MergeHarness()) {
      for (int i = 0; i <= Limits.MAX_TILE_PARTS; i++) {
        // Of all segments together.
        harness.counted(produced(counted, "scorer-" + i / 2, 0, i % 2 == 0 ? "fr" : "it"));
      }
      harness.counted(produced(counted, "scorer-0", 0, "it"));
      harness.reaches(START + WINDOW);

      assertThat(harness.readings().get("*@0").predictions()).isEqualTo(Limits.MAX_TILE_PARTS);
      assertThat(harness.letters())
          .extracting(DeadLetter::reason, DeadLetter::field)
          .containsExactly(tuple(Reason.OVER_LIMIT, "sequence"));
      assertThat(harness.count("repeated-producer-tiles")).isEqualTo(1);
      requireSum(harness);
    }
  }

  /**
   * Possible one by one, more than a sum of squares takes together: nothing of it stops the job.
   */
  @Test
  void partsOfTheLargestValues_areCounted_howeverManyThereAre() throws Exception {
    byte[] largest = largestPossible().toBytes();
    try (MergeHarness harness = MergeHarness.onDisk()) {
      int sent = 0;
      for (int minute = 0; minute < 10; minute++) {
        // Eight are too many for a minute; of seven in each their window has too many.
        for (int i = minute == 0 ? 8 : 7; i > 0; i--) {
          harness.counted(
              produced(
                  new TileDelta(
                      SomeTiles.KEY,
                      minute(minute, null),
                      Limits.MAX_TILE_PREDICTIONS,
                      Uncounted.NOTHING,
                      largest),
                  "scorer",
                  i));
          sent++;
        }
      }
      harness.counted(SomeTiles.delta(new Random(28), minute(0, "eu"), 600, 0));
      close(harness);
      harness.counted(SomeTiles.delta(new Random(29), minute(3, "eu"), 60, 0));
      harness.reaches(LATE - 1);

      assertThat(harness.letters()).isEmpty();
      assertThat(harness.readings().get("*@0").predictions())
          .isEqualTo(sent * Limits.MAX_TILE_PREDICTIONS + 660);
      assertThat(harness.readings().get("eu@0").predictions()).isEqualTo(660);
      harness.reaches(LONG_AFTER);
    }
  }

  /** As many predictions as may be, all as far from the baseline's mean as values are summed. */
  private static Tile largestPossible() throws Exception {
    Tile tile = twoAt(0x1p40);
    for (double distance = 0x1p39; tile.far(0) > 0; distance /= 2) {
      tile = twoAt(distance);
    }
    while (tile.events() < Limits.MAX_TILE_PREDICTIONS) {
      tile = tile.plus(tile);
    }
    tile.requirePossible();
    return tile;
  }

  private static Tile twoAt(double distance) {
    NumericProfile number = (NumericProfile) SomeTiles.PROFILE.features().get(0);
    Tile tile = SomeTiles.LAYOUT.newTile();
    tile.add(new double[] {number.moments().mean() + distance, Double.NaN});
    tile.add(new double[] {number.moments().mean() - distance, Double.NaN});
    return tile;
  }

  private static void requireSum(MergeHarness harness) {
    assertThat(harness.count("producer-tiles"))
        .isPositive()
        .isEqualTo(
            harness.count("merged-producer-tiles")
                + harness.count("late-producer-tiles")
                + harness.count("repeated-producer-tiles")
                + harness.count("refused-producer-tiles"));
  }
}
