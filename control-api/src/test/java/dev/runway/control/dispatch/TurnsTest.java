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
        1,
        NOW.plusSeconds(rank));
  }

  private static List<ActiveCommand> three() {
    return List.of(command(SECOND, 2, null), command(THIRD, 3, null), command(FIRST, 1, null));
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
      turns.failed(one);
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
      turns.failed(next(three()));
    }
    assertThat(next(three())).isEqualTo(FIRST);

    turns.answered(FIRST, NOW.plusSeconds(1));

    assertThat(turns.mayGo(command(SECOND, 2, null), NOW)).isTrue();
    assertThat(next(three().subList(0, 2))).isEqualTo(SECOND);
  }

  @Test
  void otherOneThatIsTaken_showsThatThoseBeforeItAreAtFault() {
    for (int i = 0; i < 5; i++) {
      turns.failed(next(three()));
    }
    assertThat(next(three())).isEqualTo(SECOND);

    turns.answered(SECOND, NOW.plusSeconds(1));

    ActiveCommand first = command(FIRST, 1, null);
    assertThat(turns.mayGo(first, NOW)).isFalse();
    assertThat(turns.mayGo(first, NOW.plusSeconds(1))).isTrue();
    assertThat(next(List.of(first, command(THIRD, 3, null)))).isEqualTo(THIRD);
    turns.retain(List.of(SECOND));
    assertThat(turns.mayGo(first, NOW)).isTrue();
  }

  @Test
  void whoAloneIsAtFault_waitsForThoseThatWereNotTried() {
    assertThat(next(List.of(command(FIRST, 1, NOW), command(SECOND, 2, null)))).isEqualTo(SECOND);
    assertThat(turns.next(List.of())).isEmpty();
    assertThat(next(List.of(command(THIRD, 1, null), command(SECOND, 1, null)))).isEqualTo(THIRD);
  }
}
