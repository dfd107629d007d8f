package dev.runway.groundtruth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.groundtruth.join.Contribution;
import dev.runway.groundtruth.join.PlainJoin;
import dev.runway.model.DeadLetter;
import dev.runway.model.GroundTruth;
import dev.runway.model.GroundTruthCodec;
import dev.runway.model.PerformanceReading;
import dev.runway.model.PerformanceReadingCodec;
import dev.runway.model.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever the order, repetition and bundling of the same events, with event time standing still
 * until the end or moving as far as it may: in the end there is what {@link Reference} computes
 * from the set of them.
 *
 * <p>{@code -Dseed=N} plays one case again.
 */
class PermutationTest {
  private static final int CASES = 1_500;

  /** How far event time follows the events. */
  private enum Clock {
    /** Any order of events; time moves when all have come. */
    STANDS_STILL,
    /** Any order within some disorder, time moves now and then as far as it may. */
    FOLLOWS,
    /** In order of time, which moves before each event as far as it may. */
    PRESSES
  }

  @Test
  void finalResults_ofAnyArrival_areThoseOfTheSet() {
    String replay = System.getProperty("seed");
    if (replay != null) {
      check(Long.parseLong(replay));
      return;
    }
    for (long seed = 0; seed < CASES; seed++) {
      check(seed);
    }
  }

  private static void check(long seed) {
    SomeTraffic traffic = new SomeTraffic(seed);
    Reference expected = new Reference(traffic);
    Random random = new Random(~seed);
    for (Clock clock : Clock.values()) {
      try {
        new Run(traffic, clock, random).compare(expected);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ", clock " + clock + ": replay with -Dseed=" + seed + "\n" + e, e);
      }
    }
  }

  private static final class Run {
    private final PlainJoin join;
    private final PlainWindows windows = new PlainWindows();
    private final Random random;
    private final Map<String, GroundTruth> truths = new HashMap<>();
    private int truthsSeen;
    private int contributionsSeen;
    private long predictionsSent;

    Run(SomeTraffic traffic, Clock clock, Random random) {
      this.random = random;
      join = new PlainJoin(traffic.orphanWait, traffic.lateMemory);
      List<SomeTraffic.Event> events = arrival(traffic.events(), clock);
      for (int i = 0; i < events.size(); i++) {
        moveClock(events, i, clock);
        send(events.get(i));
        take();
        if (random.nextInt(4) == 0) {
          windows.flush();
          assertThat(windows.received()).as("received so far").isEqualTo(predictionsSent);
        }
      }
      reaches(Long.MAX_VALUE);
    }

    private List<SomeTraffic.Event> arrival(List<SomeTraffic.Event> events, Clock clock) {
      List<SomeTraffic.Event> order = new ArrayList<>(events);
      Collections.shuffle(order, random);
      if (clock != Clock.STANDS_STILL) {
        int disorder = clock == Clock.PRESSES ? 1 : 1 << random.nextInt(24);
        IdentityHashMap<SomeTraffic.Event, Long> arrivesAt = new IdentityHashMap<>();
        order.forEach(e -> arrivesAt.put(e, e.atMillis() + random.nextInt(disorder)));
        order.sort(Comparator.comparing(arrivesAt::get));
      }
      return order;
    }

    /** Time may move up to, and not including, the earliest event that is still to come. */
    private void moveClock(List<SomeTraffic.Event> events, int next, Clock clock) {
      boolean moves = clock == Clock.PRESSES || (clock == Clock.FOLLOWS && random.nextInt(3) == 0);
      if (moves) {
        reaches(
            events.subList(next, events.size()).stream()
                    .mapToLong(SomeTraffic.Event::atMillis)
                    .min()
                    .orElseThrow()
                - 1);
      }
    }

    private void reaches(long watermark) {
      join.reaches(watermark);
      take();
      windows.reaches(watermark);
      assertThat(windows.received()).as("received so far").isEqualTo(predictionsSent);
    }

    private void send(SomeTraffic.Event event) {
      if (event.prediction() != null) {
        predictionsSent++;
        join.predicted(event.prediction());
      } else {
        join.observed(event.outcome());
      }
    }

    private void take() {
      for (; contributionsSeen < join.contributions.size(); contributionsSeen++) {
        Contribution change = join.contributions.get(contributionsSeen);
        windows.add(change);
      }
      for (; truthsSeen < join.truths.size(); truthsSeen++) {
        GroundTruth truth = join.truths.get(truthsSeen);
        GroundTruth before = truths.put(truth.modelId() + "|" + truth.predictionId(), truth);
        assertThat(truth.revision())
            .as("revision of %s", truth)
            .isGreaterThan(before == null ? 0 : before.revision());
      }
    }

    void compare(Reference expected) {
      assertThat(truths.keySet()).isEqualTo(expected.truths.keySet());
      expected.truths.forEach(
          (id, truth) -> assertThat(text(truths.get(id))).isEqualTo(text(truth)));
      assertThat(new HashSet<>(join.late)).isEqualTo(expected.late);
      assertThat(windows.finals.keySet()).isEqualTo(expected.rows.keySet());
      expected.rows.forEach(
          (group, row) -> {
            PerformanceReading found = windows.finals.get(group);
            assertThat(text(found)).isEqualTo(text(row.reading()));
          });
      assertThat(join.dead).extracting(DeadLetter::reason).containsOnly(allowed());
      assertThat(windows.isEmpty()).isTrue();
      assertThat(join.keysLeft()).as("keys left").isZero();
      assertThat(join.timersLeft()).as("timers left").isZero();
    }

    private Reason[] allowed() {
      return join.dead.isEmpty() ? new Reason[0] : new Reason[] {Reason.CONFLICT};
    }

    private static String text(GroundTruth truth) {
      return new String(GroundTruthCodec.write(truth), StandardCharsets.UTF_8);
    }

    private static String text(PerformanceReading reading) {
      return new String(PerformanceReadingCodec.write(reading), StandardCharsets.UTF_8);
    }
  }
}
