package dev.runway.retraintrigger.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.state.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Random days of a fleet against what may never happen; a seed that fails is in the message. */
class FleetSchedulesTest {
  /** More with {@code -Drunway.trigger.schedules=100000}. */
  private static final int SCHEDULES =
      Math.max(20, Integer.getInteger("runway.trigger.schedules", 300) / 5);

  /** The first seed: of a part of many, or the one that has failed. */
  private static final long FROM = Long.getLong("runway.trigger.from", 0);

  private static final long HORIZON = Duration.ofHours(6).toMillis();
  private static final long MONTH = Duration.ofDays(30).toMillis();

  private static long millis(long tick) {
    return FleetSchedule.START + tick * FleetSchedule.STEP;
  }

  private static LongStream seeds() {
    return LongStream.range(FROM, FROM + SCHEDULES).parallel();
  }

  @Test
  void anyOrderAndAnyNumberOfTimes_isTheSameFleet() {
    AtomicInteger attributed = new AtomicInteger();
    AtomicInteger faults = new AtomicInteger();
    AtomicInteger storms = new AtomicInteger();
    AtomicInteger down = new AtomicInteger();
    seeds()
        .forEach(
            seed -> {
              FleetSchedule schedule = FleetSchedule.withSilences(seed);
              Random order = new Random(seed);
              Fleet inOrder = fleet(schedule);
              Fleet shuffled = fleet(schedule);
              List<Consumer<Fleet>> waiting = new ArrayList<>();
              for (long tick = 0; tick < FleetSchedule.TICKS; tick++) {
                List<Consumer<Fleet>> words = schedule.at(tick);
                words.forEach(word -> word.accept(inOrder));
                waiting.addAll(words);
                waiting.addAll(words.subList(0, order.nextInt(words.size())));
                if (order.nextInt(3) > 0) {
                  continue;
                }
                Collections.shuffle(waiting, order);
                waiting.forEach(word -> word.accept(shuffled));
                waiting.clear();
                for (String model : schedule.names) {
                  Surroundings around = inOrder.of(model, HORIZON, millis(tick));
                  assertThat(shuffled.of(model, HORIZON, millis(tick)))
                      .as("seed %d, tick %d, %s", seed, tick, model)
                      .isEqualTo(around);
                  attributed.addAndGet(around.attributedTo() == null ? 0 : 1);
                  faults.addAndGet(around.sourceFault() == null ? 0 : 1);
                  down.addAndGet(around.sourceDown() ? 1 : 0);
                  storms.addAndGet(around.storm() == null ? 0 : 1);
                }
                assertThat(shuffled.commonCause(millis(tick)))
                    .as("seed %d, tick %d", seed, tick)
                    .isEqualTo(inOrder.commonCause(millis(tick)));
              }
            });

    // Else the schedules would not reach what they are to test.
    assertThat(List.of(attributed, faults, storms, down))
        .allMatch(times -> times.get() > SCHEDULES);
  }

  private static Fleet fleet(FleetSchedule schedule) {
    Fleet fleet = new Fleet(FleetRules.standard());
    fleet.take(schedule.graph());
    return fleet;
  }

  /** Time alone is no end, and a fleet that was stored in between knows it too. */
  @Test
  void storm_letsGoOnlyWhenModelsHaveRecoveredOrAPersonSaysSo() {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger recovered = new AtomicInteger();
    AtomicInteger released = new AtomicInteger();
    seeds()
        .forEach(
            seed -> {
              FleetSchedule schedule = new FleetSchedule(seed);
              SplittableRandom person = new SplittableRandom(seed);
              Fleet fleet = fleet(schedule);
              boolean storm = false;
              Set<String> episodes = new HashSet<>();
              long retired = 0;
              for (long tick = 0; tick < FleetSchedule.TICKS; tick++) {
                String where = "seed " + seed + ", tick " + tick;
                schedule.at(tick).forEach(word -> word.accept(fleet));
                boolean now = fleet.isStorm(millis(tick));
                Set<String> over = new HashSet<>(episodes);
                over.removeAll(schedule.episodes());
                Set<String> begin = new HashSet<>(schedule.episodes());
                begin.removeAll(episodes);
                if (storm && !now) {
                  assertThat(over).as(where).isNotEmpty();
                  recovered.incrementAndGet();
                }
                if (!storm && now) {
                  boolean fewer = schedule.retired() > retired;
                  assertThat(!begin.isEmpty() || fewer).as(where).isTrue();
                  begun.incrementAndGet();
                }
                assertThat(fleet.isStorm(millis(tick) + MONTH)).as(where).isEqualTo(now);
                Fleet stored = StoredValue.read(StoredValue.write(fleet), Fleet.class);
                assertThat(stored.isStorm(millis(tick))).as(where).isEqualTo(now);
                if (now && person.nextInt(20) == 0) {
                  fleet.letGo(millis(tick));
                  assertThat(fleet.isStorm(millis(tick))).as(where).isFalse();
                  now = false;
                  released.incrementAndGet();
                }
                storm = now;
                episodes = schedule.episodes();
                retired = schedule.retired();
              }
            });

    assertThat(List.of(begun, recovered, released)).allMatch(times -> times.get() > 5);
  }
}
