package dev.runway.control.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.control.scheduler.Order;
import dev.runway.model.RetrainStatus.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final Instant AGAIN = NOW.plusSeconds(1);
  private static final UUID FIRST = new UUID(0, 3);
  private static final UUID SECOND = new UUID(0, 2);
  private static final UUID THIRD = new UUID(0, 1);

  private final Turns turns = new Turns();

  private static ActiveCommand command(UUID id, int rank, Instant nextTry) {
    return new ActiveCommand(
        new Order(id, Order.Action.RETRAIN, "m"),
        State.UNKNOWN,
        null,
        "maestro",
        null,
        1,
        NOW,
        nextTry,
        null,
        null,
        false,
        false,
        1,
        NOW.plusSeconds(rank),
        "r-1");
  }

  private static List<ActiveCommand> three() {
    return List.of(command(SECOND, 2, null), command(THIRD, 3, null), command(FIRST, 1, null));
  }

  private void failed(UUID id) {
    turns.failed(id, AGAIN);
  }

  private UUID next(List<ActiveCommand> candidates) {
    return turns.next(candidates).orElseThrow().id();
  }

  @Test
  void schedulerThatIsAway_isTriedWithTheFirst_andNowAndThenWithAnother() {
    List<UUID> tried = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      UUID one = next(three());
      tried.add(one);
      failed(one);
    }

    assertThat(tried.subList(0, 5)).containsOnly(FIRST);
    assertThat(tried.get(5)).isEqualTo(SECOND);
    assertThat(tried.subList(6, 10)).containsOnly(FIRST);
    assertThat(tried.get(10)).isEqualTo(THIRD);
    assertThat(tried.subList(11, 16)).containsOnly(FIRST);
  }

  @Test
  void firstOneThatIsTaken_letsTheOthersFollowInTheirOrder() {
    for (int i = 0; i < 7; i++) {
      failed(next(three()));
    }
    assertThat(next(three())).isEqualTo(FIRST);

    turns.answered(FIRST);

    assertThat(turns.mayGo(command(SECOND, 2, null), NOW)).isTrue();
    assertThat(next(three().subList(0, 2))).isEqualTo(SECOND);
  }

  /** The first fails, and then another one is taken. */
  private void otherIsTaken() {
    for (int i = 0; i < 5; i++) {
      failed(next(three()));
    }
    assertThat(next(three())).isEqualTo(SECOND);
    turns.answered(SECOND);
  }

  @Test
  void otherOneThatIsTaken_letsThoseBeforeItBeTriedOnceMore() {
    otherIsTaken();

    List<ActiveCommand> left = List.of(command(THIRD, 3, null), command(FIRST, 1, null));
    assertThat(next(left)).as("the outage may just have ended").isEqualTo(FIRST);
    turns.answered(FIRST);

    assertThat(turns.isAtFault(FIRST)).isFalse();
    assertThat(next(left.subList(0, 1))).isEqualTo(THIRD);
  }

  @Test
  void oneThatFailsOnceMoreWhileOthersAreTaken_isAtFault() {
    otherIsTaken();
    ActiveCommand first = command(FIRST, 1, null);
    ActiveCommand third = command(THIRD, 3, null);

    failed(next(List.of(third, first)));

    assertThat(turns.mayGo(first, NOW)).isFalse();
    assertThat(turns.mayGo(first, AGAIN)).isTrue();
    assertThat(next(List.of(first, third))).isEqualTo(THIRD);
    assertThat(turns.isAtFault(FIRST)).as("for all that is known").isFalse();
    turns.answered(THIRD);
    assertThat(turns.isAtFault(FIRST)).isTrue();
    turns.failed(FIRST, AGAIN.plusSeconds(1));
    assertThat(turns.mayGo(first, AGAIN)).isFalse();
    turns.retain(List.of(SECOND));
    assertThat(turns.mayGo(first, NOW)).isTrue();
  }

  @Test
  void schedulerThatGoesAwayOnceMore_getsAllInTheirOrderAllTheSame() {
    otherIsTaken();
    ActiveCommand first = command(FIRST, 1, null);
    List<ActiveCommand> left = List.of(command(THIRD, 3, null), first);
    failed(next(left));
    failed(next(left));

    assertThat(turns.mayGo(first, NOW)).as("the other one fails too").isTrue();
    assertThat(next(left)).isEqualTo(FIRST);

    turns.answered(FIRST);
    assertThat(turns.isAtFault(FIRST)).isFalse();
  }

  @Test
  void schedulerThatIsAwayForSure_hasNobodyAtFault() {
    otherIsTaken();
    failed(FIRST);

    turns.away();
    turns.answered(SECOND);

    assertThat(turns.isAtFault(FIRST)).isFalse();
    assertThat(turns.mayGo(command(FIRST, 1, null), NOW)).isTrue();
  }

  @Test
  void whoAloneIsAtFault_waitsForThoseThatWereNotTried() {
    assertThat(next(List.of(command(FIRST, 1, NOW), command(SECOND, 2, null)))).isEqualTo(SECOND);
    assertThat(turns.next(List.of())).isEmpty();
    assertThat(next(List.of(command(THIRD, 1, null), command(SECOND, 1, null)))).isEqualTo(THIRD);
  }
}
