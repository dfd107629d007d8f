package dev.runway.control.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.RetrainStatus.State;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class QueuePlanTest {
  private static final YearMonth NOVEMBER = YearMonth.of(2026, 11);
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  @Test
  void rank_isByTierThenSeverityThenAge_andWhoeverWaitsALongTimeComesFirst() {
    Instant tier1 = QueuePlan.rank(NOW, 1, 0.6, DAY);
    assertThat(tier1).isBefore(QueuePlan.rank(NOW, 2, 1, DAY));
    assertThat(QueuePlan.rank(NOW, 2, 0.9, DAY)).isBefore(QueuePlan.rank(NOW, 2, 0.8, DAY));
    assertThat(QueuePlan.rank(NOW, 2, 0.8, DAY))
        .isBefore(QueuePlan.rank(NOW.plusMillis(1), 2, 0.8, DAY));
    assertThat(QueuePlan.rank(NOW.minus(Duration.ofDays(4)), 4, 0, DAY)).isBefore(tier1);
  }

  @Test
  void oneOfAModel_andAsManyAsTheFleetHasPlacesFor() {
    Waiting first = waiting("a", "red", 2, 10);
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(
            List.of(
                first,
                waiting("a", "red", 2, 10),
                waiting("b", "red", 2, 10),
                waiting("c", "red", 2, 10)),
            room(Map.of(Room.FLEET, 2), 1_000, 0),
            NOVEMBER);

    assertThat(verdicts)
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.GRANTED, State.QUEUED, State.GRANTED, State.QUEUED);
    assertThat(verdicts.get(0).reason()).isNull();
    assertThat(verdicts.get(1).reason()).startsWith("model_busy: ");
    assertThat(verdicts.get(3).reason()).startsWith("fleet_cap: ");
  }

  @Test
  void fullTeamAndTier_holdUpTheirOwnAlone() {
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(
            List.of(
                waiting("a", "red", 2, 10),
                waiting("b", "blue", 3, 10),
                waiting("c", "blue", 2, 10)),
            room(Map.of(Room.FLEET, 9, Room.team("red"), 0, Room.tier(3), 0), 1_000, 0),
            NOVEMBER);

    assertThat(verdicts)
        .extracting(verdict -> String.valueOf(verdict.reason()).split(":", 2)[0])
        .containsExactly("team_cap", "tier_cap", "null");
  }

  @Test
  void reserveOfTier1_isForTier1Alone() {
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(
            List.of(
                waiting("a", "red", 2, 80), waiting("b", "red", 2, 1), waiting("c", "red", 1, 20)),
            room(Map.of(), 100, 20),
            NOVEMBER);

    assertThat(verdicts)
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.GRANTED, State.QUEUED_BUDGET, State.GRANTED);
  }

  @Test
  void whoWaitsForMoney_isOvertakenByNobodyWhoTakesItFromThem() {
    List<QueuePlan.Verdict> others =
        QueuePlan.of(
            List.of(
                waiting("a", "red", 2, 70), waiting("b", "red", 2, 70), waiting("c", "red", 3, 1)),
            room(Map.of(), 100, 20),
            NOVEMBER);
    assertThat(others)
        .extracting(QueuePlan.Verdict::reason)
        .containsExactly(
            null,
            "budget: place 1, expected on 2026-12-01",
            "budget: place 2, expected on 2026-12-01");

    List<QueuePlan.Verdict> tier1 =
        QueuePlan.of(
            List.of(
                waiting("a", "red", 1, 70), waiting("b", "red", 1, 70), waiting("c", "red", 3, 1)),
            room(Map.of(), 100, 20),
            NOVEMBER);
    assertThat(tier1)
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.GRANTED, State.QUEUED_BUDGET, State.QUEUED_BUDGET);
  }

  @Test
  void whatNoMonthPaysFor_holdsUpNobody() {
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(
            List.of(waiting("a", "red", 2, 81), waiting("b", "red", 2, 10)),
            room(Map.of(), 100, 20),
            NOVEMBER);

    assertThat(verdicts)
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.QUEUED_BUDGET, State.GRANTED);
  }

  @Test
  void killSwitch_stopsWhatJobsAskFor_andNotWhatAPersonDoes() {
    Waiting person =
        new Waiting(UUID.randomUUID(), "b", "red", 2, new BigDecimal("1.00"), true, State.QUEUED);
    Room room = new Room(List.of(), Set.of("a", "b"), Map.of(), money(100, 0, 0, 0));
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(List.of(waiting("a", "red", 2, 1), person), room, NOVEMBER);

    assertThat(verdicts)
        .extracting(QueuePlan.Verdict::reason)
        .containsExactly("kill_switch: of the model", null);
    Room fleet = new Room(List.of(), Set.of(Room.FLEET), Map.of(), money(100, 0, 0, 0));
    assertThat(QueuePlan.of(List.of(waiting("c", "red", 2, 1)), fleet, NOVEMBER))
        .extracting(QueuePlan.Verdict::reason)
        .containsExactly("kill_switch: of the fleet");
    Room team = new Room(List.of(), Set.of(Room.team("red")), Map.of(), money(100, 0, 0, 0));
    assertThat(
            QueuePlan.of(
                List.of(waiting("c", "red", 2, 1), waiting("red", "blue", 2, 1), person),
                team,
                NOVEMBER))
        .extracting(QueuePlan.Verdict::reason)
        .containsExactly("kill_switch: of team red", null, null);
  }

  @Test
  void overrun_isGone() {
    Room room =
        new Room(
            List.of(),
            Set.of(),
            Map.of(),
            new Room.Money(
                BigDecimal.valueOf(100),
                BigDecimal.ZERO,
                BigDecimal.valueOf(10),
                BigDecimal.valueOf(10),
                BigDecimal.valueOf(75)));
    assertThat(
            QueuePlan.of(
                List.of(waiting("a", "red", 1, 6), waiting("b", "red", 1, 5)), room, NOVEMBER))
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.QUEUED_BUDGET, State.QUEUED_BUDGET);
    // Alone it fits.
    assertThat(
            new Room(
                    List.of(),
                    Set.of(),
                    Map.of(),
                    new Room.Money(
                        BigDecimal.valueOf(100),
                        BigDecimal.ZERO,
                        BigDecimal.valueOf(10),
                        BigDecimal.valueOf(10),
                        BigDecimal.valueOf(75)))
                .pays(waiting("b", "red", 1, 5)))
        .isTrue();
  }

  /** Else an overrun of others would be paid by what tier 1 has for itself. */
  @Test
  void overrun_leavesTheReserveOfTier1ToTier1() {
    Room.Money money =
        new Room.Money(
            BigDecimal.valueOf(100),
            BigDecimal.valueOf(20),
            BigDecimal.ZERO,
            BigDecimal.valueOf(50),
            BigDecimal.valueOf(20));

    assertThat(
            QueuePlan.of(
                List.of(
                    waiting("a", "red", 2, 10),
                    waiting("b", "red", 2, 1),
                    waiting("c", "red", 1, 20)),
                new Room(List.of(), Set.of(), Map.of(), money),
                NOVEMBER))
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.GRANTED, State.QUEUED_BUDGET, State.GRANTED);
  }

  @Test
  void wayBack_waitsForItsModelAlone_andTakesNoPlaceAndNoMoney() {
    List<QueuePlan.Verdict> verdicts =
        QueuePlan.of(
            List.of(
                waiting("a", "red", 1, 90),
                back("b", false),
                back("b", false),
                waiting("c", "red", 1, 5)),
            new Room(List.of(), Set.of(), Map.of(Room.FLEET, 1), money(80, 0, 0, 80)),
            NOVEMBER);
    assertThat(verdicts)
        .extracting(verdict -> String.valueOf(verdict.reason()).split(":", 2)[0])
        .containsExactly("budget", "null", "model_busy", "budget");

    Room full = new Room(List.of(), Set.of(), Map.of(Room.FLEET, 0), money(80, 0, 0, 80));
    assertThat(QueuePlan.of(List.of(back("b", false)), full, NOVEMBER))
        .extracting(QueuePlan.Verdict::state)
        .containsExactly(State.GRANTED);
    Room stopped = new Room(List.of(), Set.of(Room.FLEET), Map.of(), money(80, 0, 0, 0));
    assertThat(QueuePlan.of(List.of(back("b", false), back("c", true)), stopped, NOVEMBER))
        .extracting(QueuePlan.Verdict::reason)
        .containsExactly("kill_switch: of the fleet", null);
  }

  private static Waiting back(String model, boolean byPerson) {
    return new Waiting(
        UUID.randomUUID(), model, "red", 2, BigDecimal.ZERO, byPerson, State.QUEUED, true);
  }

  private static Room room(Map<String, Integer> places, int cap, int reserve) {
    return new Room(List.of(), Set.of(), places, money(cap, reserve, 0, 0));
  }

  static Room.Money money(int cap, int reserve, int tier1, int others) {
    return new Room.Money(
        BigDecimal.valueOf(cap),
        BigDecimal.valueOf(reserve),
        BigDecimal.valueOf(tier1),
        BigDecimal.valueOf(others),
        BigDecimal.ZERO);
  }

  static Waiting waiting(String model, String team, int tier, int dollars) {
    return new Waiting(
        UUID.randomUUID(),
        model,
        team,
        tier,
        BigDecimal.valueOf(dollars).setScale(2),
        false,
        State.QUEUED);
  }
}
