package dev.runway.bench.fleet;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of a simulation: figures, and what may not have been. */
public final class Outcome {
  /**
   * Within which a tier's drift is to be found; tier 4 as well as may be. What begins in the second
   * half of a window is not seen in it: at tier 1 it takes five minutes of it, two more windows,
   * and four until their readings are judged, so 29 at the most.
   */
  private static final Map<Integer, Duration> DETECT =
      Map.of(1, Duration.ofMinutes(30), 2, Duration.ofHours(1), 3, Duration.ofHours(4));

  /** Half of the fleet is judged twice while it tries the new version: half as much again. */
  private static final double MORE_CHECKS = 1.4;

  private static final String MISSED =
      "SELECT count(*) FROM v_retrain_sla AS s WHERE missed AND accepted_at IS NOT NULL AND tier = ";
  private static final String WAITED_FOR_MONEY =
      """
       AND EXISTS (SELECT FROM retrain_status_changes AS c
                   WHERE c.command_id = s.command_id AND c.state = 'QUEUED_BUDGET')
      """;

  private final Plan plan;
  private final Books books;
  private final Map<String, Integer> holds = new TreeMap<>();
  private final Map<Integer, Integer> commandsByDay = new TreeMap<>();
  private final Map<Integer, Long> slowest = new TreeMap<>();
  private final Map<Integer, Integer> foundByTier = new TreeMap<>();
  private final Map<Integer, Long> missed = new TreeMap<>();
  private final Map<Integer, Long> missedForMoney = new TreeMap<>();
  private final Map<Long, Integer> checksByHour = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private Duration took = Duration.ZERO;
  private long decisions;
  private long attributed;
  private long releasedAtMillis;
  int spells;
  int drainedMinutes;

  Outcome(Plan plan, Books books) {
    this.plan = plan;
    this.books = books;
  }

  void take(Decision decision) {
    decisions++;
    checksByHour.merge(hour(decision.atMillis()), 1, Integer::sum);
    attributed += decision.attributedTo() == null ? 0 : 1;
    Decision.Hold hold = decision.hold();
    if (hold != null) {
      holds.merge(hold.name(), 1, Integer::sum);
    }
    boolean silent =
        switch (decision.stateAfter()) {
          case SUSPENDED, NO_DATA, WARMING, RETIRED, DEPRECATED -> true;
          case HEALTHY, AT_RISK, STALE, RETRAINING -> false;
        };
    if (silent && decision.commandId() != null) {
      complaints.add("commanded while " + decision.stateAfter() + ": " + decision.id());
    }
  }

  void take(RetrainCommand command, int day) {
    commandsByDay.merge(day, 1, Integer::sum);
    if (command.cause().attempt() > 20) {
      complaints.add("attempt " + command.cause().attempt() + " of one episode");
    }
  }

  void found(int tier, long afterMillis) {
    slowest.merge(tier, afterMillis, Math::max);
    foundByTier.merge(tier, 1, Integer::sum);
  }

  /** Drift that nobody has found until the end. */
  void overlooked(int tier, long forMillis) {
    slowest.merge(tier, forMillis, Math::max);
  }

  /** The model that half of the fleet uses has a new version; the first since it drifted counts. */
  void released(long atMillis) {
    long drifted = Plan.START.plus(Duration.ofDays(plan.foundationDay())).toEpochMilli();
    if (releasedAtMillis == 0 && atMillis >= drifted) {
      releasedAtMillis = atMillis;
    }
  }

  /** Whether it was tried to its end, and not only until that of the simulation. */
  private boolean isTried() {
    long end = Plan.START.plus(Duration.ofDays(plan.days())).toEpochMilli();
    return releasedAtMillis > 0 && releasedAtMillis + Simulation.TRIED.toMillis() <= end;
  }

  private static long hour(long millis) {
    return millis / Duration.ofHours(1).toMillis();
  }

  /** Decisions in the full hours in which new versions are tried, so many days before. */
  private int checks(int daysBefore) {
    int checks = 0;
    for (long hour = 1; hour < Simulation.TRIED.toHours(); hour++) {
      checks += checksByHour.getOrDefault(hour(releasedAtMillis) + hour - 24L * daysBefore, 0);
    }
    return checks;
  }

  /** What the ledger's own tables say, asked once a day. */
  void requireBooks(LedgerDesk desk) {
    long over = desk.number("SELECT count(*) FROM retrain_budgets WHERE spent + reserved > cap");
    long active =
        desk.number(
            "SELECT count(*) FROM retrain_commands WHERE state IN ('GRANTED', 'ACCEPTED',"
                + " 'SUBMITTED', 'UNKNOWN', 'RUNNING')");
    if (over > 0 || active > plan.cap()) {
      complaints.add(over + " months over their budget, " + active + " run of " + plan.cap());
    }
  }

  void ended(LedgerDesk desk, Duration time) {
    took = time;
    for (int tier = 1; tier <= 4; tier++) {
      missed.put(tier, desk.number(MISSED + tier));
      missedForMoney.put(tier, desk.number(MISSED + tier + WAITED_FOR_MONEY));
    }
    slowest.forEach(
        (tier, millis) -> {
          Duration within = DETECT.get(tier);
          if (within != null && millis > within.toMillis()) {
            complaints.add("tier %d was found after %d minutes".formatted(tier, millis / 60_000));
          }
        });
    missed.forEach(
        (tier, times) -> {
          long money = tier == 1 ? 0 : missedForMoney.getOrDefault(tier, 0L);
          if (times > money) {
            complaints.add("tier %d has missed its SLA %d times".formatted(tier, times - money));
          }
        });
    if (isTried() && checks(0) < MORE_CHECKS * checks(1)) {
      complaints.add(
          "the release upstream was tried in %d decisions, of %d a day before"
              .formatted(checks(0), checks(1)));
    }
    if (books.open() > 0) {
      complaints.add(books.open() + " commands wait for ever");
    }
    complaints.addAll(books.complaints);
  }

  /** What may not be; empty when all is well. */
  public List<String> complaints() {
    return complaints;
  }

  /** Retrains that began. */
  public int started() {
    return books.started();
  }

  /** Commands that left. */
  public int sent() {
    return books.sent();
  }

  /** Decisions in which a model upstream explained the drift. */
  public long attributed() {
    return attributed;
  }

  /** How often a command had to wait for money. */
  public int budgetWaits() {
    return books.budgetWaits;
  }

  /** The most that ran at a time. */
  public int mostActive() {
    return books.mostActive;
  }

  /** A table in Markdown. */
  public String table() {
    StringBuilder text = new StringBuilder("| what | value |\n|---|---:|\n");
    row(text, "models, days, seed", plan.models() + ", " + plan.days() + ", " + plan.seed());
    row(text, "took", took.toSeconds() + " s");
    row(text, "decisions", String.format(Locale.ROOT, "%,d", decisions));
    row(text, "  explained by a model upstream", String.format(Locale.ROOT, "%,d", attributed));
    row(text, "spells of drift", spells);
    row(text, "commands", books.sent());
    row(
        text,
        "  most in a day",
        commandsByDay.values().stream().mapToInt(Integer::intValue).max().orElse(0));
    row(text, "retrains begun", books.started());
    row(text, "most at a time, of " + plan.cap(), books.mostActive);
    row(
        text,
        "most bound in a month",
        String.format(Locale.ROOT, "$%,.0f of $%,.0f", books.mostBound, plan.budget()));
    row(text, "waits for money", books.budgetWaits);
    row(text, "longest wait of tier 1 for a place", books.longestTier1WaitMillis / 60_000 + " min");
    slowest.forEach(
        (tier, millis) ->
            row(
                text,
                "tier %d: found, slowest".formatted(tier),
                foundByTier.getOrDefault(tier, 0) + ", " + millis / 60_000 + " min"));
    missed.forEach(
        (tier, times) ->
            row(
                text,
                "tier %d: SLA missed, of these for want of money".formatted(tier),
                times + ", " + missedForMoney.get(tier)));
    if (releasedAtMillis > 0) {
      row(
          text,
          "decisions in some hours after the release upstream, a day before",
          checks(0) + ", " + checks(1));
    }
    books.ends.forEach((state, times) -> row(text, "ended as " + state, times));
    books.refusals.forEach((why, times) -> row(text, "  because of " + why, times));
    holds.forEach((hold, times) -> row(text, "windows held as " + hold, times));
    row(text, "drained after", drainedMinutes + " min");
    row(text, "what may not be", complaints.isEmpty() ? "nothing" : complaints.size());
    complaints.stream().limit(20).forEach(complaint -> row(text, "  " + complaint, ""));
    return text.toString();
  }

  private static void row(StringBuilder text, String what, Object value) {
    text.append("| ").append(what).append(" | ").append(value).append(" |\n");
  }
}
