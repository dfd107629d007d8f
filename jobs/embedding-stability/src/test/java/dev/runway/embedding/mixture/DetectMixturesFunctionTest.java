package dev.runway.embedding.mixture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingMixture;
import dev.runway.model.EmbeddingMixture.Mixing;
import dev.runway.model.EmbeddingMixture.VersionShare;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingUse;
import dev.runway.model.SpaceThresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Predictions that rest on one version of a space, on two by turns, and on two at once. */
class DetectMixturesFunctionTest {
  private static final Duration WINDOW = Duration.ofMinutes(10);
  private static final Duration REFRESH = Duration.ofMinutes(1);
  private static final Duration LATENESS = Duration.ofMinutes(30);
  private static final long START = 1_700_000_000_000L / 600_000 * 600_000;

  private final TestingSpaces spaces = new TestingSpaces();
  private final List<EmbeddingMixture> told = new ArrayList<>();
  private KeyedOneInputStreamOperatorTestHarness<String, UseDelta, EmbeddingMixture> harness;
  private long clock = START;

  @BeforeEach
  void open() throws Exception {
    harness = open(null);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private KeyedOneInputStreamOperatorTestHarness<String, UseDelta, EmbeddingMixture> open(
      OperatorSubtaskState state) throws Exception {
    var opened =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(
                new DetectMixturesFunction(
                    spaces, new DetectMixturesFunction.Settings(WINDOW, REFRESH, LATENESS))),
            UseDelta::key,
            Types.STRING);
    opened.setup(EmbeddingMixtureSerializer.TYPE.createSerializer(null));
    if (state != null) {
      opened.initializeState(state);
    }
    opened.open();
    opened.setProcessingTime(clock);
    return opened;
  }

  @Test
  void predictionsOfOneVersion_areNotMixed() throws Exception {
    takes(delta(1_000, "v5"), delta(2, "v6"));
    passes(WINDOW.plus(REFRESH));

    assertThat(told)
        .singleElement()
        .returns(Mixing.NONE, EmbeddingMixture::mixing)
        .returns("ranker", EmbeddingMixture::modelId)
        .returns("1.0 beta", EmbeddingMixture::modelVersion)
        .returns("titles", EmbeddingMixture::spaceId)
        .returns(1_002L, EmbeddingMixture::predictions)
        .returns(SpaceThresholds.USUAL.mixedShare(), EmbeddingMixture::threshold);
    assertThat(told.get(0).versions())
        .extracting(VersionShare::version)
        .containsExactly("v5", "v6");
  }

  @Test
  void predictionsOfTwoVersionsByTurns_areMixedAcross() throws Exception {
    takes(delta(900, "v5"), delta(300, "v6"));
    passes(WINDOW.plus(REFRESH));

    EmbeddingMixture mixture = told.get(0);
    assertThat(mixture.mixing()).isEqualTo(Mixing.ACROSS);
    assertThat(mixture.within().share()).isZero();
    assertThat(mixture.versions().get(1).share().share()).isEqualTo(0.25);
    assertThat(mixture.versions().get(1).share().low()).isBetween(0.2, 0.25);
    assertThat(mixture.versions().get(1).share().high()).isBetween(0.25, 0.3);
  }

  @Test
  void predictionsOfManyVersions_areMixedAcross_thoughEachOfThemHasFew() throws Exception {
    takes(
        delta(9_600, "v5"), delta(100, "v1"), delta(100, "v2"), delta(100, "v3"), delta(100, "v4"));
    passes(WINDOW.plus(REFRESH));

    assertThat(told.get(0).mixing()).isEqualTo(Mixing.ACROSS);
    assertThat(told.get(0).versions())
        .filteredOn(version -> version.share().low() > SpaceThresholds.USUAL.mixedShare())
        .extracting(VersionShare::version)
        .containsExactly("v5");
  }

  /** A user's vector of one version, an item's of the other: each prediction is of no use. */
  @Test
  void predictionsOfTwoVersionsAtOnce_areMixedWithin() throws Exception {
    takes(delta(900, "v5"), delta(100, "v5", "v6"));
    passes(WINDOW.plus(REFRESH));

    assertThat(told.get(0).mixing()).isEqualTo(Mixing.WITHIN);
    assertThat(told.get(0).within().predictions()).isEqualTo(100);
    assertThat(told.get(0).within().share()).isCloseTo(0.1, within(1e-12));
    assertThat(told.get(0).predictions()).isEqualTo(1_000);
  }

  @Test
  void thresholdOfTheSpacesDocument_isTheOneThatCounts() throws Exception {
    EmbeddingSpace space = TestingSpaces.space();
    spaces.write(
        new EmbeddingSpace(
            space.spaceId(),
            1,
            space.versions(),
            space.pairs(),
            space.baseline(),
            space.consumers(),
            1,
            20_000,
            1_000,
            new SpaceThresholds(0.25, 0.5, 0.25, 0.01, 60, 0.3)));
    takes(delta(900, "v5"), delta(300, "v6"));
    passes(WINDOW.plus(REFRESH));

    assertThat(told.get(0).mixing()).isEqualTo(Mixing.NONE);
    assertThat(told.get(0).threshold()).isEqualTo(0.3);
  }

  /** Ten that stand for a hundred each are not the evidence of a thousand. */
  @Test
  void weights_makeSharesAndWiden() throws Exception {
    UseCounts counts = new UseCounts();
    for (int i = 0; i < 1_000; i++) {
      counts.add(List.of(new EmbeddingUse("titles", "v5")), 1);
    }
    for (int i = 0; i < 10; i++) {
      counts.add(List.of(new EmbeddingUse("titles", "v6")), 100);
    }
    takes(new UseDelta("ranker", "1.0 beta", START, counts));
    passes(WINDOW.plus(REFRESH));

    VersionShare first = told.get(0).versions().get(0);
    assertThat(first.share().share()).isEqualTo(0.5);
    assertThat(first.share().low()).isLessThan(0.4);
  }

  @Test
  void anyOrderAndSplit_endsInTheSameReading() throws Exception {
    List<String> expected = null;
    for (int order = 0; order < 4; order++) {
      told.clear();
      harness.close();
      harness = open(null);
      List<UseDelta> deltas = new ArrayList<>();
      for (int part = 0; part < 6; part++) {
        deltas.add(part % 2 == 0 ? delta(100 + part, "v5") : delta(part, "v6", "v5"));
      }
      Collections.shuffle(deltas, new Random(order));
      for (UseDelta delta : deltas) {
        takes(delta);
        passes(REFRESH);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = open(state);
      }
      passes(WINDOW.plus(LATENESS));
      EmbeddingMixture last = told.get(told.size() - 1);
      List<String> said =
          List.of(last.mixing().name(), last.within().toString(), last.versionsJson());
      expected = expected == null ? said : expected;
      assertThat(said).isEqualTo(expected);
      assertThat(last.predictions()).isEqualTo(315);
      assertThat(harness.numKeyedStateEntries() + harness.numProcessingTimeTimers()).isZero();
    }
  }

  /** Or a client that sends one late prediction a minute silences a window. */
  @Test
  void windowIntoWhichSomethingTrickles_isToldEveryFewMinutes() throws Exception {
    takes(delta(900, "v5"), delta(100, "v5", "v6"));
    passes(WINDOW);
    for (int i = 0; i < 40; i++) {
      takes(delta(1, "v5"));
      clock += 30_000;
      harness.setProcessingTime(clock);
    }
    passes(REFRESH);

    assertThat(told).hasSizeBetween(4, 8);
    assertThat(told).extracting(EmbeddingMixture::mixing).containsOnly(Mixing.WITHIN);
    passes(REFRESH.multipliedBy(2));
    assertThat(told.get(told.size() - 1).predictions()).isEqualTo(1_040);
  }

  @Test
  void manyVersionsAndSpaces_areBounded() {
    UseCounts counts = new UseCounts();
    for (int i = 0; i < 200; i++) {
      counts.add(
          List.of(
              new EmbeddingUse("a", "v%03d".formatted(i)),
              new EmbeddingUse("s%03d".formatted(i), "v")),
          1);
    }

    assertThat(counts.bySpace()).hasSize(32).containsKey("a");
    assertThat(counts.bySpace().get("a").versions()).hasSize(32);
    assertThat(counts.bySpace().get("a").predictions()).isEqualTo(200);
    assertThat(counts.predictions()).isEqualTo(200);
  }

  private static UseDelta delta(int n, String... versions) {
    UseCounts counts = new UseCounts();
    List<EmbeddingUse> uses = new ArrayList<>();
    for (String version : versions) {
      uses.add(new EmbeddingUse("titles", version));
    }
    for (int i = 0; i < n; i++) {
      counts.add(uses, 1);
    }
    return new UseDelta("ranker", "1.0 beta", START, counts);
  }

  private void takes(UseDelta... deltas) throws Exception {
    for (UseDelta delta : deltas) {
      harness.processElement(new StreamRecord<>(delta));
    }
  }

  private void passes(Duration time) throws Exception {
    long end = clock + time.toMillis();
    while (clock < end) {
      clock = Math.min(end, clock + REFRESH.toMillis());
      harness.setProcessingTime(clock);
    }
    told.addAll(harness.extractOutputValues());
    harness.getOutput().clear();
  }
}
