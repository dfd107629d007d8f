package dev.runway.bench.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommandTimesTest {
  private static final String FOUND_TO_ACCEPTED =
      "decided that it is STALE, to accepted by the scheduler";

  /** Found at 60 s, granted at 270, accepted as many seconds after it was found. */
  private static CommandTimes acceptedAfter(int seconds) {
    return new CommandTimes(1_000, 60_000, 91_000, 269_000, 270_000, 60_000 + seconds * 1_000L);
  }

  private static Map<String, Finding> findings(List<CommandTimes> times) {
    return CommandTimes.findings("commands", times, 0).stream()
        .collect(Collectors.toMap(Finding::what, each -> each));
  }

  @Test
  void percentilesAreThoseOfAllCommands_andEachPartOfTheWayIsTold() {
    List<CommandTimes> times =
        IntStream.rangeClosed(1, 200)
            .mapToObj(each -> acceptedAfter(200 + each / 2))
            .collect(Collectors.toList());
    Collections.shuffle(times, new Random(7));

    Map<String, Finding> found = findings(times);

    assertThat(found.get(FOUND_TO_ACCEPTED).figures())
        .isEqualTo(Map.of("commands", 200.0, "p50_s", 250.0, "p99_s", 299.0, "max_s", 300.0));
    assertThat(found.get(FOUND_TO_ACCEPTED).missed()).isEmpty();
    assertThat(found.get("reading appended, to STALE said").figures()).containsEntry("p50_s", 90.0);
    assertThat(found.get("STALE said, to command sent").figures()).containsEntry("max_s", 178.0);
    assertThat(found.get("command sent, to granted").figures()).containsEntry("p99_s", 1.0);
    assertThat(found.get("decided that it is STALE, to granted").figures())
        .containsEntry("p99_s", 210.0);
  }

  @Test
  void oneThatTakesLongerThanFiveMinutes_missesTheGoal() {
    Map<String, Finding> found = findings(List.of(acceptedAfter(250), acceptedAfter(301)));

    assertThat(found.get(FOUND_TO_ACCEPTED).missed()).hasSize(2);
    assertThat(found.get("decided that it is STALE, to granted").missed()).isEmpty();
    assertThat(findings(List.of()).get(FOUND_TO_ACCEPTED).missed())
        .as("nothing was measured")
        .hasSize(2);
  }

  @Test
  void whileTheSchedulerIsAway_nothingCanBeAccepted_butACommandLeavesAsSoon() {
    List<Finding> found =
        CommandTimes.findings("away", List.of(acceptedAfter(250), acceptedAfter(421)), 120);

    assertThat(found)
        .filteredOn(each -> !each.goals().isEmpty())
        .extracting(each -> each.goals().get("p99_s"))
        .containsExactly(300.0, 420.0, 420.0);
    assertThat(found).flatMap(Finding::missed).hasSize(2).allMatch(each -> each.contains("421"));
  }

  @Test
  void startsAreHeldAgainstTheOrderOfTheQueue() {
    List<String> due = List.of("a", "b", "c", "d");

    assertThat(CommandTimes.outOfOrder(due, due)).isZero();
    assertThat(CommandTimes.outOfOrder(due, List.of("d", "a", "b", "c"))).isEqualTo(3);
    assertThat(CommandTimes.outOfOrder(due, List.of("a", "c", "b", "d"))).isEqualTo(1);
  }

  @Test
  void whatWasStartedTwiceOrNotAtAll_isNoOrder() {
    assertThatIllegalStateException()
        .isThrownBy(() -> CommandTimes.outOfOrder(List.of("a", "b"), List.of("a", "b", "a")))
        .withMessageContaining("too often: [a]");
    assertThatIllegalStateException()
        .isThrownBy(() -> CommandTimes.outOfOrder(List.of("a", "b"), List.of("a")))
        .withMessageContaining("not started: [b]");
  }

  @Test
  void waitedForTheScheduler_whoWasGrantedBeforeItsReturnAndAcceptedAfterIt() {
    CommandTimes times = new CommandTimes(1, 2, 3, 4, 100, 200);

    assertThat(times.waitedFor(150)).isTrue();
    assertThat(times.waitedFor(100)).as("granted when it was back").isFalse();
    assertThat(times.waitedFor(201)).as("accepted before it was away").isFalse();
  }
}
