package dev.runway.control.ledger;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How much more may be active: places by fleet, team and tier, and the month's money. */
final class Room {
  /** In months; whoever waits longer is told this. */
  private static final BigDecimal LONGEST_WAIT = BigDecimal.valueOf(120);

  private final Set<String> busy;
  private final Set<String> stopped;
  private final Map<String, Integer> places;
  private final BigDecimal monthly;
  private final BigDecimal monthlyOfOthers;
  private BigDecimal free;
  private BigDecimal freeToOthers;
  private BigDecimal owed = BigDecimal.ZERO;
  private boolean othersWaitForMoney;
  private boolean allWaitForMoney;

  /**
   * @param busy models that have an active command
   * @param stopped models under a kill switch, and {@link #FLEET} and {@link #team} as they are
   * @param places free ones under {@link #FLEET}, {@link #team} and {@link #tier}; a scope without
   *     a cap is not there
   * @param money of the month
   */
  Room(
      Collection<String> busy,
      Collection<String> stopped,
      Map<String, Integer> places,
      Money money) {
    this.busy = new HashSet<>(busy);
    this.stopped = Set.copyOf(stopped);
    this.places = new HashMap<>(places);
    monthly = money.cap();
    monthlyOfOthers = money.cap().subtract(money.tier1Reserve());
    BigDecimal all = money.tier1Used().add(money.othersUsed());
    free = money.cap().subtract(all).subtract(money.overrun());
    // Overrun is nobody's in the books. What tier 1 has for itself must be the last that it takes.
    freeToOthers = monthlyOfOthers.subtract(money.othersUsed()).subtract(money.overrun());
  }

  /** Key of the fleet's places; no model has a name like that. */
  static final String FLEET = "the fleet";

  /** Key of a team's places. */
  static String team(String team) {
    return "team " + team;
  }

  /** Key of a tier's places. */
  static String tier(int tier) {
    return "tier " + tier;
  }

  /**
   * Money of a month, in US dollars: used is what is spent and what is reserved.
   *
   * @param tier1Reserve part of the cap that only tier 1 may use
   */
  record Money(
      BigDecimal cap,
      BigDecimal tier1Reserve,
      BigDecimal tier1Used,
      BigDecimal othersUsed,
      BigDecimal overrun) {}

  /** Why there is no place for a command; null when there is one. */
  @Nullable String noPlace(Waiting command) {
    String stop = command.byPerson() ? null : stop(command.modelId(), command.team());
    if (stop != null) {
      return stop;
    }
    if (isBusy(command.modelId())) {
      return "model_busy: another command of the model is active";
    }
    if (command.back()) {
      return null;
    }
    if (isFull(FLEET)) {
      return "fleet_cap: as many are active as may be";
    }
    if (command.team() != null && isFull(team(command.team()))) {
      return "team_cap: as many of team " + command.team() + " are active as may be";
    }
    if (isFull(tier(command.tier()))) {
      return "tier_cap: as many of tier " + command.tier() + " are active as may be";
    }
    return null;
  }

  /** The kill switch that stops what jobs ask for a model; null when none does. */
  @Nullable String stop(String modelId, @Nullable String team) {
    if (stopped.contains(FLEET)) {
      return "kill_switch: of the fleet";
    }
    if (team != null && stopped.contains(team(team))) {
      return "kill_switch: of team " + team;
    }
    return stopped.contains(modelId) ? "kill_switch: of the model" : null;
  }

  /** Whether a kill switch holds a command. */
  boolean holds(Waiting command) {
    return !command.byPerson() && stop(command.modelId(), command.team()) != null;
  }

  /** Whether a command of a model is active. */
  boolean isBusy(String modelId) {
    return busy.contains(modelId);
  }

  private boolean isFull(String scope) {
    return places.getOrDefault(scope, Integer.MAX_VALUE) <= 0;
  }

  /** Whether a whole month would pay for a command. */
  boolean everPays(int tier, BigDecimal cost) {
    return cost.compareTo(tier == 1 ? monthly : monthlyOfOthers) <= 0;
  }

  /**
   * Whether the month pays for a command. If not, those behind it do not overtake it: of the other
   * tiers none does where it is one of them, and where it is of tier 1 nobody does. A way back
   * costs nothing, so it overtakes all of them.
   */
  boolean pays(Waiting command) {
    if (command.back()) {
      return true;
    }
    boolean tier1 = command.tier() == 1;
    boolean enough =
        command.cost().compareTo(free) <= 0
            && (tier1 || command.cost().compareTo(freeToOthers) <= 0);
    if (enough && !allWaitForMoney && (tier1 || !othersWaitForMoney)) {
      return true;
    }
    if (everPays(command.tier(), command.cost())) {
      othersWaitForMoney = true;
      allWaitForMoney |= tier1;
    }
    return false;
  }

  /**
   * How many months from now on there may be money for a command that has to wait behind all that
   * were asked about before it.
   */
  int monthsUntilPaid(Waiting command) {
    owed = owed.add(command.cost());
    BigDecimal perMonth = command.tier() == 1 ? monthly : monthlyOfOthers;
    if (perMonth.signum() <= 0) {
      return 1;
    }
    return owed.divide(perMonth, 0, RoundingMode.CEILING)
        .max(BigDecimal.ONE)
        .min(LONGEST_WAIT)
        .intValue();
  }

  /** Takes place and money. */
  void take(Waiting command) {
    busy.add(command.modelId());
    if (command.back()) {
      return;
    }
    places.computeIfPresent(FLEET, (scope, left) -> left - 1);
    places.computeIfPresent(tier(command.tier()), (scope, left) -> left - 1);
    if (command.team() != null) {
      places.computeIfPresent(team(command.team()), (scope, left) -> left - 1);
    }
    free = free.subtract(command.cost());
    if (command.tier() != 1) {
      freeToOthers = freeToOthers.subtract(command.cost());
    }
  }
}
