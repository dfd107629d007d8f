package dev.runway.retraintrigger.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.state.StoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetTest {
  private static final long NOW = 983_404_800_000L;
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Graph CHAIN =
      Graph.EMPTY.uses("eta", "maps").uses("pricing", "eta").uses("surge", "pricing");

  private final Fleet fleet = new Fleet(FleetRules.standard());

  @Test
  void drift_isThatOfTheModelUpstreamUntilItHasSettled() {
    fleet.take(CHAIN);
    assertThat(around("pricing", NOW)).isNull();

    fleet.take(state("eta", ModelState.STALE, NOW));
    assertThat(around("pricing", NOW)).isEqualTo("eta");
    fleet.take(state("eta", ModelState.HEALTHY, NOW + 1));
    fleet.take(status("eta", State.RUNNING, 1, NOW), 0);
    assertThat(around("pricing", NOW)).isEqualTo("eta");
    assertThat(around("eta", NOW)).isNull();
    assertThat(around("surge", NOW)).isEqualTo("eta");

    fleet.take(status("eta", State.SUCCEEDED, 2, NOW), 0);
    fleet.take(status("eta", State.RUNNING, 1, NOW), 0);
    assertThat(around("pricing", NOW + 6 * HOUR - 1)).isEqualTo("eta");
    assertThat(around("pricing", NOW + 6 * HOUR)).isNull();
  }

  /** It has ended as SUCCEEDED, and there is no new version. */
  @Test
  void commandThatCancelsAnotherOne_renewsNothing() {
    fleet.take(CHAIN);
    fleet.take(
        new RetrainStatus(
            "c-9", "eta", "v1", State.SUCCEEDED, 1, NOW, "cancels: c-8", null, Double.NaN),
        0);

    assertThat(around("pricing", NOW)).isNull();
    assertThat(fleet.of("pricing", 6 * HOUR, NOW + 6 * HOUR).generation()).isZero();
  }

  /** A person may have deployed it: nobody told the ledger. */
  @Test
  void versionThatGetsTheTraffic_settlesForThoseThatUseIt() {
    fleet.take(CHAIN);
    fleet.take(state("eta", ModelState.HEALTHY, NOW));
    fleet.take(state("eta", "v2", ModelState.HEALTHY, NOW + 1, true));
    assertThat(around("pricing", NOW + 1)).isNull();

    long deployed = NOW + HOUR;
    fleet.take(state("eta", "v2", ModelState.HEALTHY, deployed, false));
    fleet.take(state("eta", "v2", ModelState.HEALTHY, deployed + HOUR, false));

    assertThat(around("pricing", deployed + 6 * HOUR - 1)).isEqualTo("eta");
    assertThat(around("pricing", deployed + 6 * HOUR)).isNull();
    assertThat(fleet.of("pricing", 6 * HOUR, deployed + 6 * HOUR).wave()).isEqualTo(1);
  }

  /** Somebody takes v2 off and deploys v1, by the registry: the ledger has no command of it. */
  @Test
  void versionThatComesBack_settlesForThoseThatUseIt() {
    fleet.take(CHAIN);
    fleet.take(state("eta", "v1", ModelState.HEALTHY, NOW, false));
    fleet.take(state("eta", "v2", ModelState.HEALTHY, NOW + HOUR, false));
    long back = NOW + 48 * HOUR;
    fleet.take(state("eta", "v2", ModelState.HEALTHY, back - HOUR, false));
    assertThat(around("pricing", back)).isNull();

    fleet.take(state("eta", "v1", ModelState.HEALTHY, back, false));
    fleet.take(state("eta", "v1", ModelState.HEALTHY, back + HOUR, false));
    // And what was said before, once more.
    fleet.take(state("eta", "v2", ModelState.HEALTHY, back - HOUR, false));
    fleet.take(state("eta", "v1", ModelState.HEALTHY, back, false));

    for (Fleet each : List.of(fleet, StoredValue.read(StoredValue.write(fleet), Fleet.class))) {
      assertThat(each.of("pricing", 6 * HOUR, back + 6 * HOUR - 1).attributedTo()).isEqualTo("eta");
      assertThat(each.of("pricing", 6 * HOUR, back + 6 * HOUR).attributedTo()).isNull();
    }
  }

  /** Half of the traffic each: it is no new model with each window. */
  @Test
  void versionsThatShareTheTraffic_settleOnce() {
    fleet.take(CHAIN);
    long step = HOUR / 6;
    for (int i = 0; i < 100; i++) {
      String version = i % 2 == 0 ? "v1" : "v2";
      fleet.take(state("eta", version, ModelState.HEALTHY, NOW + i * step, false));
    }

    assertThat(around("pricing", NOW + step + 6 * HOUR - 1)).isEqualTo("eta");
    assertThat(around("pricing", NOW + step + 6 * HOUR)).isNull();
  }

  private @Nullable String around(String model, long tick) {
    return fleet.of(model, 6 * HOUR, tick).attributedTo();
  }

  /** Longest way first: pricing must not be trained on what eta said before its own retrain. */
  @Test
  void waves_comeAfterAllThatTheyUse() {
    assertThat(CHAIN.uses("pricing", "maps").wavesAfter("maps"))
        .containsExactly(entry("eta", 1), entry("pricing", 2), entry("surge", 3));
    assertThat(CHAIN.wavesAfter("surge")).isEmpty();
  }

  @Test
  void cycleThatSlippedThrough_endsTheWalk() {
    assertThat(CHAIN.uses("eta", "surge").wavesAfter("maps")).containsKeys("eta", "surge");
  }

  @Test
  void generation_risesFromHopToHop() {
    fleet.take(CHAIN);
    long settled = NOW + 6 * HOUR;
    fleet.take(status("maps", State.SUCCEEDED, 1, NOW), 0);
    assertThat(fleet.of("eta", 6 * HOUR, settled).generation()).isEqualTo(1);
    assertThat(fleet.of("eta", 6 * HOUR, settled).wave()).isEqualTo(1);
    assertThat(fleet.of("pricing", 6 * HOUR, settled).generation()).isEqualTo(1);
    assertThat(fleet.of("pricing", 6 * HOUR, settled).wave()).isEqualTo(2);

    fleet.take(status("eta", State.SUCCEEDED, 1, settled), 1);
    fleet.take(status("pricing", State.SUCCEEDED, 1, settled + 6 * HOUR), 2);

    assertThat(fleet.of("surge", 6 * HOUR, settled + 12 * HOUR).generation()).isEqualTo(3);
    assertThat(fleet.of("surge", 6 * HOUR, settled + 24 * HOUR).generation()).isZero();
  }

  /** Statuses are known at the start of a replay, and commands are heard as they come. */
  @Test
  void generation_isThatOfTheCommand_thoughItIsHeardAfterItsEnd() {
    fleet.take(CHAIN);
    RetrainCommand command = command("e", NOW);
    fleet.take(succeeded(command));
    fleet.take(command);

    assertThat(fleet.of("pricing", 6 * HOUR, NOW + 6 * HOUR).generation()).isEqualTo(2);
  }

  /** Ids are as good as random: the newest command has the lowest one here. */
  @Test
  void generations_ofTheNewestCommandsAreKept() {
    fleet.take(CHAIN);
    List<String> episodes = new ArrayList<>();
    for (int i = 0; i <= Fleet.MAX_GENERATIONS; i++) {
      episodes.add("e" + i);
    }
    episodes.sort(
        Comparator.comparing((String episode) -> command(episode, NOW).commandId().toString())
            .reversed());
    for (int i = 0; i < episodes.size(); i++) {
      fleet.take(command(episodes.get(i), NOW - episodes.size() + i));
    }

    fleet.take(succeeded(command(episodes.get(episodes.size() - 1), NOW)));

    assertThat(fleet.of("pricing", 6 * HOUR, NOW + 6 * HOUR).generation()).isEqualTo(2);
  }

  private static RetrainCommand command(String episode, long issuedAt) {
    return new RetrainCommand(
        new RetrainCommand.Cause(
            "eta",
            "v1",
            RetrainCommand.Action.RETRAIN,
            RetrainCommand.ReasonClass.UPSTREAM,
            episode,
            1,
            null),
        new RetrainCommand.Urgency(2, 0.8, RetrainCommand.SeverityClass.HIGH, 0),
        RetrainCommand.Mode.AUTO,
        1,
        1,
        null,
        null,
        0,
        new byte[] {'{', '}'},
        50,
        issuedAt,
        RetrainCommand.NEVER);
  }

  private static RetrainStatus succeeded(RetrainCommand command) {
    return new RetrainStatus(
        command.commandId().toString(),
        "eta",
        "v1",
        State.SUCCEEDED,
        3,
        NOW,
        null,
        "v2",
        Double.NaN);
  }

  @Test
  void manyStaleModels_areAStormWithItsCause() {
    Graph graph = Graph.EMPTY;
    for (int i = 0; i < 30; i++) {
      fleet.take(state("m" + i, ModelState.HEALTHY, NOW));
      graph = graph.feeds(i % 5 == 0 ? "clicks" : "visits-" + i, "m" + i);
    }
    fleet.take(graph);
    for (int i = 0; i < 20; i += 5) {
      fleet.take(state("m" + i, ModelState.STALE, NOW));
    }
    assertThat(fleet.isStorm(NOW)).isFalse();

    fleet.take(state("m20", ModelState.STALE, NOW));

    assertThat(fleet.isStorm(NOW)).isTrue();
    assertThat(fleet.commonCause(NOW)).isEqualTo("clicks");
    assertThat(fleet.usual(NOW).storm())
        .isEqualTo(
            "5 of 30 models became stale within 60 minutes, most of them with clicks in common");
    assertThat(fleet.of("m0", HOUR, NOW).sourceFault()).contains("5 of 6 models that clicks feeds");
    assertThat(fleet.of("m1", HOUR, NOW).sourceFault()).isNull();
    assertThat(fleet.isStorm(NOW + 48 * HOUR)).isTrue();
    assertThat(fleet.of("m0", HOUR, NOW + 48 * HOUR).sourceFault()).contains("clicks");

    fleet.take(state("m20", ModelState.HEALTHY, NOW + 49 * HOUR));

    assertThat(fleet.isStorm(NOW + 49 * HOUR)).isFalse();
    assertThat(fleet.of("m0", HOUR, NOW + 49 * HOUR).sourceFault()).contains("4 of 6");
  }

  @Test
  void storm_isOverWhenAPersonSaysSo() {
    for (int i = 0; i < 10; i++) {
      fleet.take(state("m" + i, ModelState.STALE, NOW + i));
    }
    fleet.letGo(NOW + 5);
    assertThat(fleet.isStorm(NOW + HOUR)).isFalse();

    fleet.take(state("m10", ModelState.STALE, NOW + 10));

    assertThat(fleet.isStorm(NOW + HOUR)).isTrue();
  }

  /** Retrained in vain, it is stale since later; that is nothing new. */
  @Test
  void modelThatIsRetrainedInVain_isStaleSinceItsEpisodeBegan() {
    for (int i = 0; i < 4; i++) {
      fleet.take(state("m" + i, ModelState.STALE, NOW + 3 * HOUR));
    }
    fleet.take(state("m4", ModelState.STALE, NOW));
    fleet.take(state("m4", ModelState.STALE, NOW + 3 * HOUR));

    assertThat(fleet.isStorm(NOW + 3 * HOUR)).isFalse();
    assertThat(fleet.newlyStale(NOW + 3 * HOUR)).doesNotContain("m4").hasSize(4);
  }

  @Test
  void fewStaleModelsOfALargeFleet_areNoStorm() {
    for (int i = 0; i < 100; i++) {
      ModelState state = i < 10 ? ModelState.STALE : ModelState.HEALTHY;
      fleet.take(state("m" + i, state, NOW));
    }
    assertThat(fleet.isStorm(NOW)).isFalse();
    fleet.take(state("m10", ModelState.STALE, NOW + 1));
    assertThat(fleet.isStorm(NOW + 1)).isTrue();
  }

  @Test
  void fleetThatWasStored_saysTheSame() {
    fleet.take(CHAIN.feeds("clicks", "eta"));
    fleet.take(state("eta", ModelState.STALE, NOW));
    fleet.take(status("maps", State.SUCCEEDED, 3, NOW), 1);
    fleet.switchOff(true);

    Fleet stored = StoredValue.read(StoredValue.write(fleet), Fleet.class);

    for (String model : List.of("maps", "eta", "pricing")) {
      for (long hours : new long[] {0, 6, 12}) {
        long tick = NOW + hours * HOUR;
        assertThat(stored.of(model, 6 * HOUR, tick)).isEqualTo(fleet.of(model, 6 * HOUR, tick));
      }
    }
    assertThat(stored.of("eta", HOUR, NOW).killSwitch()).isTrue();
    assertThat(StoredValue.write(stored)).isEqualTo(StoredValue.write(fleet));
  }

  /** At one tick all versions of a model have the same revision. */
  @Test
  void modelIsWhatItsVersionWithMostTrafficIs() {
    fleet.take(CHAIN);
    fleet.take(state("eta", "v10", ModelState.HEALTHY, NOW, false));
    fleet.take(state("eta", "v9", ModelState.STALE, NOW, true));
    assertThat(around("pricing", NOW)).isNull();
    assertThat(fleet.newlyStale(NOW)).isEmpty();

    fleet.take(state("eta", "v10", ModelState.STALE, NOW + 1, false));
    fleet.take(state("eta", "v9", ModelState.HEALTHY, NOW + 2, true));

    assertThat(around("pricing", NOW + 2)).isEqualTo("eta");
  }

  @Test
  void modelsThatAreNoMore_doNotThinAStorm() {
    for (int i = 0; i < 30; i++) {
      fleet.take(state("m" + i, ModelState.HEALTHY, NOW));
      fleet.take(state("gone" + i, ModelState.RETIRED, NOW));
      fleet.take(status("never-seen" + i, State.REFUSED, 1, NOW), 0);
    }
    for (int i = 0; i < 5; i++) {
      fleet.take(state("m" + i, ModelState.STALE, NOW + 1));
    }

    assertThat(fleet.isStorm(NOW + 1)).isTrue();
  }

  /** Nobody retrains them, so there is nothing to hold. */
  @Test
  void modelsThatAreToGo_makeNoStorm() {
    for (int i = 0; i < 10; i++) {
      fleet.take(state("m" + i, ModelState.STALE, NOW));
    }
    assertThat(fleet.isStorm(NOW)).isTrue();
    for (int i = 0; i < 6; i++) {
      fleet.take(state("m" + i, ModelState.DEPRECATED, NOW + 1));
    }
    assertThat(fleet.newlyStale(NOW + 1)).hasSize(4);
    assertThat(fleet.isStorm(NOW + 1)).isFalse();

    fleet.take(state("m0", ModelState.STALE, NOW + 2));
    assertThat(fleet.isStorm(NOW + 2)).isTrue();
  }

  /** Three fall silent, and one that is slow to say so has had a window without predictions. */
  @Test
  void sourceWhoseModelsFellSilent_isDownUntilOneOfThemPredicts() {
    fleet.take(
        Graph.EMPTY
            .feeds("clicks", "a")
            .feeds("clicks", "b")
            .feeds("clicks", "c")
            .feeds("clicks", "slow")
            .feeds("clicks", "never-judged")
            .feeds("visits", "a")
            .feeds("visits", "other"));
    fleet.take(predicted("other", ModelState.HEALTHY, NOW, NOW));
    long found = NOW + 2 * HOUR;
    fleet.take(predicted("slow", ModelState.HEALTHY, NOW, NOW));
    fleet.take(predicted("a", ModelState.NO_DATA, found, NOW - HOUR / 2));
    fleet.take(predicted("b", ModelState.NO_DATA, found + 1, NOW));
    fleet.take(predicted("c", ModelState.NO_DATA, found + 2, NOW + HOUR / 3));
    assertThat(down("a", "b", "c", "slow", "other")).isEmpty();

    // Nobody is heard of since: it may be Runway that hears nothing.
    fleet.take(predicted("slow", ModelState.HEALTHY, found + 3, NOW));
    assertThat(down("a", "b", "c", "slow", "other")).isEmpty();

    // Of a window that began before the last of them fell silent nothing is known.
    long since = NOW + 2 * HOUR / 3;
    fleet.take(predicted("other", ModelState.HEALTHY, since - 1, since - 1));
    assertThat(down("a", "b", "c", "slow", "other")).isEmpty();

    fleet.take(predicted("other", ModelState.HEALTHY, since, since));
    for (Fleet each : List.of(fleet, StoredValue.read(StoredValue.write(fleet), Fleet.class))) {
      each.take(
          Graph.EMPTY
              .feeds("clicks", "a")
              .feeds("clicks", "b")
              .feeds("clicks", "c")
              .feeds("clicks", "slow"));
      assertThat(each.of("a", HOUR, NOW + 48 * HOUR).downSource())
          .isEqualTo(
              "clicks seems to be down: 3 models that it feeds fell silent within 60 minutes, and"
                  + " none of the others predicts");
    }
    // One that has not said that it is silent is not told why it is.
    assertThat(down("a", "b", "c", "slow", "other")).containsExactly("a", "b", "c");
    fleet.take(sourceDown("a", found + 4, NOW - HOUR / 2));
    fleet.take(sourceDown("b", found + 4, NOW));
    assertThat(down("a", "b", "c")).containsExactly("a", "b", "c");

    // What the other one has shown holds when it falls silent too.
    fleet.take(predicted("other", ModelState.HEALTHY, found + 4, since));
    assertThat(down("a", "b", "c")).containsExactly("a", "b", "c");

    fleet.take(predicted("b", ModelState.HEALTHY, found + 5, found + 5));

    assertThat(down("a", "b", "c", "slow", "other")).isEmpty();
  }

  /** What a window of four hours knows of its last prediction is that it was in it. */
  @Test
  void modelsOfLongWindows_mayHaveFallenSilentWithTheOthers() {
    Graph graph = Graph.EMPTY;
    for (String model : List.of("a", "b", "slow")) {
      graph = graph.feeds("clicks", model);
    }
    fleet.take(graph);
    fleet.take(predicted("other", ModelState.HEALTHY, NOW + 9 * HOUR, NOW + 9 * HOUR));
    fleet.take(predicted("a", ModelState.NO_DATA, NOW + 20 * HOUR, NOW));
    fleet.take(predicted("b", ModelState.NO_DATA, NOW + 20 * HOUR, NOW));
    fleet.take(predicted("slow", 4, ModelState.NO_DATA, null, NOW + 20 * HOUR, NOW + 5 * HOUR));
    assertThat(down("a", "b", "slow")).isEmpty();

    fleet.take(predicted("c", 4, ModelState.NO_DATA, null, NOW + 20 * HOUR, NOW + 5 * HOUR - 1));
    fleet.take(graph.feeds("clicks", "c"));

    assertThat(down("a", "b", "c", "slow")).containsExactly("a", "b", "c", "slow");
  }

  /** All that is heard of is silent: the sources are not, what hears is. */
  @Test
  void outageOfRunwayItself_isNoFaultOfItsSources() {
    Graph graph = Graph.EMPTY;
    for (int i = 0; i < 8; i++) {
      graph = graph.feeds(i < 4 ? "clicks" : "visits", "m" + i);
      fleet.take(predicted("m" + i, ModelState.NO_DATA, NOW + 2 * HOUR, NOW));
    }
    fleet.take(graph);
    assertThat(down("m0", "m7")).isEmpty();

    // The first that is heard of again says whose fault it is: not its own source's.
    fleet.take(predicted("m7", ModelState.HEALTHY, NOW + 3 * HOUR, NOW + 3 * HOUR));

    assertThat(down("m0", "m3", "m4", "m6")).containsExactly("m0", "m3");
  }

  @Test
  void modelsThatFellSilentOneByOne_haveNothingToDoWithTheirSource() {
    fleet.take(predicted("other", ModelState.HEALTHY, NOW + 9 * HOUR, NOW + 9 * HOUR));
    Graph graph = Graph.EMPTY;
    for (int i = 0; i < 5; i++) {
      graph = graph.feeds("clicks", "m" + i);
      fleet.take(predicted("m" + i, ModelState.NO_DATA, NOW + 10 * HOUR, NOW + i * (2 * HOUR / 3)));
    }
    fleet.take(graph);
    assertThat(down("m0", "m1", "m2", "m3", "m4")).isEmpty();

    // Those that have been silent for longer are no objection.
    graph = graph.feeds("clicks", "m5");
    fleet.take(graph);
    fleet.take(predicted("m5", ModelState.NO_DATA, NOW + 11 * HOUR, NOW + 2 * HOUR - 1));

    assertThat(down("m0", "m4", "m5")).containsExactly("m0", "m4", "m5");
  }

  /** A release that did not say until when they predicted has said that they are silent. */
  @Test
  void modelsOfWhichNobodySaidSinceWhen_areSilentAndNoSourceIsDown() {
    fleet.take(predicted("other", ModelState.HEALTHY, NOW + 9 * HOUR, NOW + 9 * HOUR));
    Graph graph = Graph.EMPTY;
    for (int i = 0; i < 6; i++) {
      graph = graph.feeds("clicks", "m" + i);
      long until = i < 3 ? 0 : NOW;
      fleet.take(predicted("m" + i, ModelState.NO_DATA, NOW + 10 * HOUR, until));
      fleet.take(graph);
      assertThat(down("m" + i)).hasSize(i < 5 ? 0 : 1);
    }
  }

  private List<String> down(String... models) {
    return Stream.of(models)
        .filter(model -> fleet.of(model, HOUR, NOW + 24 * HOUR).sourceDown())
        .toList();
  }

  private static Staleness predicted(String model, ModelState state, long revision, long until) {
    return predicted(model, 2, state, null, revision, until);
  }

  private static Staleness sourceDown(String model, long revision, long until) {
    return predicted(model, 2, ModelState.SUSPENDED, Suspension.SOURCE_DOWN, revision, until);
  }

  private static Staleness predicted(
      String model,
      int tier,
      ModelState state,
      @Nullable Suspension why,
      long revision,
      long until) {
    return new Staleness(
        model,
        "v1",
        state,
        ModelState.HEALTHY,
        revision,
        null,
        null,
        1,
        List.of(),
        List.of(),
        List.of(),
        why,
        null,
        0,
        revision,
        revision,
        tier,
        null,
        revision,
        false,
        until);
  }

  private static Staleness state(String model, ModelState state, long revision) {
    return state(model, "v1", state, revision, false);
  }

  private static Staleness state(
      String model, String version, ModelState state, long revision, boolean secondary) {
    return new Staleness(
        model,
        version,
        state,
        ModelState.HEALTHY,
        revision,
        state == ModelState.STALE || state == ModelState.DEPRECATED ? "e" : null,
        0.5,
        1,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        0,
        revision,
        revision,
        2,
        null,
        revision,
        secondary);
  }

  private static RetrainStatus status(String model, State state, long revision, long at) {
    return new RetrainStatus(
        "c-" + model,
        model,
        "v1",
        state,
        revision,
        at,
        null,
        state == State.SUCCEEDED ? "v2" : null,
        50);
  }

  /** One release, one retrain: surge would else be retrained for eta, and once more for pricing. */
  @Test
  void modelTwoStepsDown_waitsForTheOneBetween() {
    fleet.take(CHAIN);
    fleet.take(status("eta", State.SUCCEEDED, 1, NOW), 0);
    assertThat(around("surge", NOW + HOUR)).isEqualTo("eta");

    long settled = NOW + 6 * HOUR;
    fleet.take(state("pricing", ModelState.STALE, settled));
    fleet.take(status("pricing", State.RUNNING, 1, settled + HOUR), 1);
    assertThat(fleet.of("pricing", 6 * HOUR, settled).wave()).isEqualTo(1);
    assertThat(around("pricing", settled)).isNull();
    assertThat(around("surge", settled)).isEqualTo("pricing");

    fleet.take(status("pricing", State.SUCCEEDED, 2, settled + 2 * HOUR), 1);
    fleet.take(state("pricing", ModelState.HEALTHY, settled + 2 * HOUR));
    assertThat(around("surge", settled + 8 * HOUR - 1)).isEqualTo("pricing");
    assertThat(around("surge", settled + 8 * HOUR)).isNull();
    assertThat(fleet.of("surge", 6 * HOUR, settled + 8 * HOUR).generation()).isEqualTo(2);
  }

  /** Its owner was told and does nothing: those that use it shall not wait for good. */
  @Test
  void staleModelThatNobodyRetrains_disturbsForAsLongAsANewVersionWould() {
    fleet.take(CHAIN);
    fleet.take(state("eta", ModelState.STALE, NOW));
    assertThat(around("pricing", NOW + 6 * HOUR - 1)).isEqualTo("eta");
    assertThat(around("pricing", NOW + 6 * HOUR)).isNull();

    fleet.take(status("eta", State.AWAITING_APPROVAL, 1, NOW + HOUR), 0);
    assertThat(around("pricing", NOW + 9 * HOUR)).isEqualTo("eta");
    fleet.take(status("eta", State.REFUSED, 2, NOW + 9 * HOUR), 0);
    assertThat(around("pricing", NOW + 9 * HOUR)).isNull();
  }

  /** What is asked with each tick is what a walk down from each model says. */
  @Test
  void modelsUpstream_areThoseFromWhichAWaveComes() {
    SplittableRandom random = new SplittableRandom(5);
    Graph graph = Graph.EMPTY;
    for (int i = 1; i < 40; i++) {
      for (int j = Math.max(0, i - 6); j < i; j++) {
        graph = random.nextBoolean() ? graph.uses("m" + i, "m" + j) : graph;
      }
    }
    SortedMap<String, SortedMap<String, Integer>> upstream = graph.allUpstream();
    int ways = 0;
    for (int i = 0; i < 40; i++) {
      for (var wave : graph.wavesAfter("m" + i).entrySet()) {
        assertThat(upstream.get(wave.getKey())).containsEntry("m" + i, wave.getValue());
        ways++;
      }
    }
    assertThat(upstream.values().stream().mapToInt(Map::size).sum()).isEqualTo(ways);
    assertThat(ways).isGreaterThan(100);
  }
}
