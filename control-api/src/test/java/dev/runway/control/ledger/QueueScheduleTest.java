package dev.runway.control.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random schedules over months: arrivals, ends, other caps. At no time more is active or bound than
 * may be, and whoever waits is granted in the end.
 */
class QueueScheduleTest {
  private static final int SCHEDULES = Integer.getInteger("runway.ledger.schedules", 3_000);
  private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

  @Test
  void everySchedule_keepsCapsAndBudget_andStarvesNobody() {
    for (int seed = 0; seed < SCHEDULES; seed++) {
      new Schedule(seed).run();
    }
  }

  /** A command of the schedule. */
  private static final class Job {
    final Waiting command;
    final Instant rank;
    YearMonth month;

    Job(Waiting command, Instant rank) {
      this.command = command;
      this.rank = rank;
    }
  }

  private static final class Schedule {
    private final int seed;
    private final SplittableRandom random;
    private final List<Job> waiting = new ArrayList<>();
    private final List<Job> active = new ArrayList<>();
    private final List<Job> done = new ArrayList<>();
    private final Map<YearMonth, BigDecimal> tier1 = new HashMap<>();
    private final Map<YearMonth, BigDecimal> others = new HashMap<>();
    private final int fleet;
    private final int teamCap;
    private final int tier4Cap;
    private final int cap;
    private final int reserve;
    private Instant now = START;

    Schedule(int seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      fleet = 1 + random.nextInt(6);
      teamCap = 1 + random.nextInt(4);
      tier4Cap = 1 + random.nextInt(2);
      cap = 400 + random.nextInt(1_000);
      reserve = cap / 5;
    }

    void run() {
      for (int i = 0; i < 60; i++) {
        now = now.plus(Duration.ofMinutes(random.nextInt(1_200)));
        if (random.nextInt(3) > 0) {
          arrive();
        }
        if (!active.isEmpty() && random.nextBoolean()) {
          end(active.remove(random.nextInt(active.size())));
        }
        grant();
      }
      drain();
    }

    private void arrive() {
      int tier = 1 + random.nextInt(4);
      double severity = random.nextDouble();
      Waiting command =
          new Waiting(
              new UUID(random.nextLong(), random.nextLong()),
              "m" + random.nextInt(12),
              "t" + random.nextInt(3),
              tier,
              BigDecimal.valueOf(1 + random.nextInt(120)).setScale(2),
              false,
              State.QUEUED);
      waiting.add(new Job(command, QueuePlan.rank(now, tier, severity, Duration.ofDays(1))));
      waiting.sort(
          Comparator.comparing((Job job) -> job.rank).thenComparing(job -> job.command.id()));
    }

    /** What it has cost is what was reserved, less, or nothing. */
    private void end(Job job) {
      BigDecimal back = job.command.cost().multiply(BigDecimal.valueOf(random.nextInt(101), 2));
      Map<YearMonth, BigDecimal> used = job.command.tier() == 1 ? tier1 : others;
      used.merge(job.month, back.negate(), BigDecimal::add);
      done.add(job);
    }

    private void grant() {
      YearMonth month = YearMonth.from(now.atOffset(ZoneOffset.UTC));
      List<QueuePlan.Verdict> verdicts =
          QueuePlan.of(waiting.stream().map(job -> job.command).toList(), room(month), month);
      assertThat(verdicts).as("nobody is lost, seed %d", seed).hasSize(waiting.size());
      for (QueuePlan.Verdict verdict : verdicts) {
        assertThat(verdict.reason() == null).isEqualTo(verdict.state() == State.GRANTED);
        if (verdict.state() == State.GRANTED) {
          Job job =
              waiting.stream()
                  .filter(one -> one.command.equals(verdict.command()))
                  .findFirst()
                  .get();
          waiting.remove(job);
          active.add(job);
          job.month = month;
          Map<YearMonth, BigDecimal> used = job.command.tier() == 1 ? tier1 : others;
          used.merge(month, job.command.cost(), BigDecimal::add);
        }
      }
      check(month);
    }

    private Room room(YearMonth month) {
      Map<String, Integer> places = new HashMap<>();
      places.put(Room.FLEET, fleet - active.size());
      places.put(Room.tier(4), tier4Cap - count(job -> job.command.tier() == 4));
      for (int team = 0; team < 3; team++) {
        String name = "t" + team;
        places.put(Room.team(name), teamCap - count(job -> name.equals(job.command.team())));
      }
      return new Room(
          active.stream().map(job -> job.command.modelId()).toList(),
          Set.of(),
          places,
          new Room.Money(
              BigDecimal.valueOf(cap),
              BigDecimal.valueOf(reserve),
              tier1.getOrDefault(month, BigDecimal.ZERO),
              others.getOrDefault(month, BigDecimal.ZERO),
              BigDecimal.ZERO));
    }

    private int count(java.util.function.Predicate<Job> which) {
      return (int) active.stream().filter(which).count();
    }

    private void check(YearMonth month) {
      assertThat(active).as("fleet, seed %d", seed).hasSizeLessThanOrEqualTo(fleet);
      assertThat(count(job -> job.command.tier() == 4)).isLessThanOrEqualTo(tier4Cap);
      for (int team = 0; team < 3; team++) {
        String name = "t" + team;
        assertThat(count(job -> name.equals(job.command.team()))).isLessThanOrEqualTo(teamCap);
      }
      assertThat(active.stream().map(job -> job.command.modelId()).distinct().count())
          .as("one of a model, seed %d", seed)
          .isEqualTo(active.size());
      BigDecimal ofOthers = others.getOrDefault(month, BigDecimal.ZERO);
      BigDecimal all = ofOthers.add(tier1.getOrDefault(month, BigDecimal.ZERO));
      assertThat(all).as("money, seed %d", seed).isLessThanOrEqualTo(BigDecimal.valueOf(cap));
      assertThat(ofOthers)
          .as("the reserve of tier 1, seed %d", seed)
          .isLessThanOrEqualTo(BigDecimal.valueOf(cap - reserve));
    }

    /** From here on nothing arrives: all that wait get their turn within some months. */
    private void drain() {
      int all = waiting.size() + active.size() + done.size();
      for (int i = 0; i < 2_000 && !waiting.isEmpty(); i++) {
        now = now.plus(Duration.ofHours(12));
        if (!active.isEmpty()) {
          end(active.remove(0));
        }
        grant();
      }
      assertThat(waiting).as("starved, seed %d", seed).isEmpty();
      assertThat(active.size() + done.size()).as("lost, seed %d", seed).isEqualTo(all);
    }
  }

  /** However many of tier 1 keep coming, one of tier 4 is granted after some days. */
  @Test
  void streamOfTier1_doesNotStarveTier4() {
    Instant old = QueuePlan.rank(START, 4, 0, Duration.ofDays(1));
    Duration longest = Duration.ZERO;
    for (int hours = 0; hours < 24 * 30; hours++) {
      Instant at = START.plus(Duration.ofHours(hours));
      if (QueuePlan.rank(at, 1, 1.9, Duration.ofDays(1)).isBefore(old)) {
        longest = Duration.between(START, at);
      }
    }
    assertThat(longest).isBetween(Duration.ofDays(4), Duration.ofDays(5));
  }
}
