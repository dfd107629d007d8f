package dev.runway.bench.fleet;

import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of a simulation: figures, and what may not have been. */
public final class Outcome {
  /** Within which a tier's drift is to be found; tier 4 as well as may be. */
  private static final Map<Integer, Duration> DETECT =
      Map.of(1, Duration.ofMinutes(30), 2, Duration.ofHours(1), 3, Duration.ofHours(4));

  private final Plan plan;
  private final Books books;
  private final Map<String, Integer> holds = new TreeMap<>();
  private final Map<Integer, Integer> commandsByDay = new TreeMap<>();
  private final Map<Integer, Long> slowest = new TreeMap<>();
  private final Map<Integer, Integer> foundByTier = new TreeMap<>();
  private final Map<Integer, Long> missed = new TreeMap<>();
  private final List<String> complaints = new ArrayList<>();
  private Duration took = Duration.ZERO;
  private long decisions;
  private long attributed;
  int spells;
  int drainedMinutes;

  Outcome(Plan plan, Books books) {
    this.plan = plan;
    this.books = books;
  }

  void take(Decision decision) {
    decisions++;
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

  /** What the ledger's own tables say, asked once a day. */
  void requireBooks(LedgerDesk desk) {
    long over =
        desk.number("SELECT count(*) FROM retrain_budgets WHERE spent + reserved > cap");
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
      missed.put(
          tier,
          desk.number(
              "SELECT count(*) FROM v_retrain_sla WHERE missed AND accepted_at IS NOT NULL"
                  + " AND tier = "
                  + tier));
    }
    slowest.forEach(
        (tier, millis) -> {
          Duration within = DETECT.get(tier);
          if (within != null && millis > within.toMillis()) {
            complaints.add(
                "tier %d was found after %d minutes".formatted(tier, millis / 60_000));
          }
        });
    if (missed.getOrDefault(1, 0L) > 0) {
      complaints.add("tier 1 has missed its SLA " + missed.get(1) + " times");
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
                foundByTier.get(tier) + ", " + millis / 60_000 + " min"));
    missed.forEach((tier, times) -> row(text, "tier %d: SLA missed".formatted(tier), times));
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
