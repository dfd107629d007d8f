package dev.runway.drift.performance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for the counts of every task: the group laws, the bytes, and what they refuse. */
class OutcomeCountsTest {

  private static final int EVENTS = 300;

  private static byte[] bytes(OutcomeCounts counts) {
    return Bytes.of(counts::write);
  }

  private static OutcomeCounts inOrder(Task task, List<SomeEvents.Event> events) {
    OutcomeCounts counts = task.empty();
    events.forEach(event -> event.apply(counts, 1));
    return counts;
  }

  private static void assertSame(OutcomeCounts actual, OutcomeCounts expected) {
    assertThat(bytes(actual)).isEqualTo(bytes(expected));
    assertThat(actual).isEqualTo(expected).hasSameHashCodeAs(expected);
    assertThat(actual.metrics()).isEqualTo(expected.metrics());
  }

  @ParameterizedTest
  @EnumSource
  void counts_ofAnyPermutation_areTheSame(Task task) {
    for (int seed = 0; seed < 40; seed++) {
      List<SomeEvents.Event> events = SomeEvents.of(task, EVENTS, seed);
      OutcomeCounts expected = inOrder(task, events);
      List<SomeEvents.Event> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(seed + 1000L));

      assertSame(inOrder(task, shuffled), expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void counts_ofAnySplitIntoMerges_areTheSame(Task task) {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      List<SomeEvents.Event> events = SomeEvents.of(task, EVENTS, seed);
      List<OutcomeCounts> parts = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(6); i++) {
        parts.add(task.empty());
      }
      events.forEach(event -> event.apply(parts.get(random.nextInt(parts.size())), 1));
      OutcomeCounts merged = task.empty();
      parts.forEach(merged::add);

      assertSame(merged, inOrder(task, events));
    }
  }

  @ParameterizedTest
  @EnumSource
  void counts_afterAnyHistoryOfRetractions_areAsIfNeverAdded(Task task) {
    for (int seed = 0; seed < 40; seed++) {
      List<SomeEvents.Step> steps = new ArrayList<>();
      SomeEvents.of(task, EVENTS, seed).forEach(event -> steps.add(new SomeEvents.Step(event, 1)));
      for (SomeEvents.Event passing : SomeEvents.of(task, 100, seed + 7)) {
        steps.add(new SomeEvents.Step(passing, 1));
        steps.add(new SomeEvents.Step(passing, -1));
      }
      // A retraction may come before its addition.
      Collections.shuffle(steps, new Random(seed));
      OutcomeCounts counts = task.empty();
      steps.forEach(step -> step.event().apply(counts, step.sign()));

      assertSame(counts, inOrder(task, SomeEvents.of(task, EVENTS, seed)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void writeAndRead_roundTrips_alsoMidHistory(Task task) throws IOException {
    OutcomeCounts counts = task.empty();
    int i = 0;
    for (SomeEvents.Event event : SomeEvents.of(task, EVENTS, 5)) {
      event.apply(counts, i++ % 3 == 0 ? -1 : 1);
      OutcomeCounts read = Bytes.read(bytes(counts), OutcomeCounts::read);
      assertThat(read).isEqualTo(counts);
      assertThat(bytes(read)).isEqualTo(bytes(counts));
    }
  }

  @ParameterizedTest
  @EnumSource
  void metrics_ofNothing_areNullNotZero(Task task) {
    OutcomeCounts empty = task.empty();
    empty.add(task.empty());

    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.count()).isZero();
    assertThat(empty.weight()).isZero();
    assertThat(empty.metrics())
        .isNotEmpty()
        .allSatisfy(
            metric -> {
              assertThat(metric.value()).as(metric.name()).isNull();
              assertThat(metric.low()).isNull();
              assertThat(metric.se()).isNull();
              assertThat(metric.n()).isZero();
              assertThat(metric.effectiveN()).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource
  void metrics_whileMoreIsRetractedThanAdded_areNull(Task task) {
    OutcomeCounts counts = task.empty();
    SomeEvents.of(task, 5, 1).forEach(event -> event.apply(counts, -1));
    assertThat(counts.isEmpty()).isFalse();
    assertThat(counts.metrics()).allSatisfy(metric -> assertThat(metric.value()).isNull());
  }

  /** Half of the events taken back before they came: numbers that mean something, or none. */
  @ParameterizedTest
  @EnumSource
  void metrics_midHistory_areNumbersInsideTheirIntervalOrNull(Task task) {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      OutcomeCounts counts = task.empty();
      SomeEvents.of(task, 1 + random.nextInt(30), seed)
          .forEach(event -> event.apply(counts, random.nextInt(5) < 2 ? -1 : 1));
      for (Metric metric : counts.metrics()) {
        for (Double number :
            Arrays.asList(
                metric.value(), metric.low(), metric.high(), metric.se(), metric.effectiveN())) {
          assertThat(number == null || Double.isFinite(number)).as(metric.toString()).isTrue();
        }
        if (metric.low() != null) {
          assertThat(metric.value()).as(metric.name()).isBetween(metric.low(), metric.high());
        }
        if (metric.value() != null && metric.name().matches(".*(rate|accuracy|recall|auc).*")) {
          assertThat(metric.value()).as(metric.name()).isBetween(0.0, 1.0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void metrics_ofAnyEvents_areFiniteInsideTheirIntervalAndInSnakeCase(Task task) {
    for (int seed = 0; seed < 20; seed++) {
      for (int size : new int[] {1, 2, 3, 50}) {
        for (Metric metric : inOrder(task, SomeEvents.of(task, size, seed)).metrics()) {
          assertThat(metric.name()).matches("[a-z][a-z0-9]*(_[a-z0-9]+)*");
          if (metric.value() != null) {
            assertThat(metric.value()).as(metric.name()).isFinite();
          }
          if (metric.low() != null) {
            assertThat(metric.value()).as(metric.name()).isBetween(metric.low(), metric.high());
          }
          if (metric.boundLow() != null) {
            assertThat(metric.value()).isBetween(metric.boundLow(), metric.boundHigh());
          }
        }
      }
    }
  }

  /** A weight of 5 for all changes no value, and no interval: the effective n stays n. */
  @ParameterizedTest
  @EnumSource
  void metrics_withEqualWeights_haveEffectiveNEqualToN(Task task) {
    List<SomeEvents.Event> events = SomeEvents.of(task, EVENTS, 9);
    OutcomeCounts once = task.empty();
    OutcomeCounts fivefold = task.empty();
    events.forEach(event -> event.apply(once, Weight.ONE, 1));
    events.forEach(event -> event.apply(fivefold, 5 * Weight.ONE, 1));

    assertThat(fivefold.count()).isEqualTo(EVENTS);
    assertThat(fivefold.weight()).isEqualTo(5.0 * EVENTS);
    List<Metric> expected = once.metrics();
    for (int i = 0; i < expected.size(); i++) {
      Metric actual = fivefold.metrics().get(i);
      assertThat(actual.n()).isEqualTo(expected.get(i).n());
      assertClose(actual.value(), expected.get(i).value());
      assertClose(actual.low(), expected.get(i).low());
      assertClose(actual.high(), expected.get(i).high());
      assertClose(actual.effectiveN(), expected.get(i).effectiveN());
    }
  }

  /** Values of an event of weight 3 are those of three such events; the effective n is not. */
  @ParameterizedTest
  @EnumSource
  void metrics_withAWholeWeight_haveTheValuesOfCopies(Task task) {
    OutcomeCounts weighted = task.empty();
    OutcomeCounts copies = task.empty();
    int i = 0;
    for (SomeEvents.Event event : SomeEvents.of(task, EVENTS, 4)) {
      int weight = 1 + i++ % 3;
      event.apply(weighted, weight * Weight.ONE, 1);
      for (int copy = 0; copy < weight; copy++) {
        event.apply(copies, Weight.ONE, 1);
      }
    }
    assertThat(weighted.weight()).isEqualTo(copies.weight());
    for (int m = 0; m < copies.metrics().size(); m++) {
      Metric actual = weighted.metrics().get(m);
      Metric expected = copies.metrics().get(m);
      if (!actual.name().equals("ece_expected")) {
        assertClose(actual.value(), expected.value());
      }
      assertClose(actual.boundLow(), expected.boundLow());
      assertThat(actual.effectiveN()).isLessThan((double) actual.n()).isPositive();
      assertThat(actual.n()).isLessThan(expected.n());
    }
  }

  private static void assertClose(Double actual, Double expected) {
    if (expected == null) {
      assertThat(actual).isNull();
    } else {
      assertThat(actual)
          .isCloseTo(
              expected, org.assertj.core.api.Assertions.offset(1e-9 * (1 + Math.abs(expected))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void add_ofAnotherTask_isRefused(Task task) {
    for (Task other : Task.values()) {
      if (other != task) {
        assertThatThrownBy(() -> task.empty().add(other.empty()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("cannot merge " + other + " into " + task);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void read_ofANewerVersion_isRefused(Task task) {
    byte[] bytes = bytes(task.empty());
    bytes[0]++;
    assertThatThrownBy(() -> Bytes.read(bytes, OutcomeCounts::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version " + (task.version() + 1))
        .hasMessageContaining("reads up to " + task.version());
  }

  @Test
  void read_ofAnUnknownTask_isRefused() {
    assertThatThrownBy(() -> Bytes.read(new byte[] {1, 99}, OutcomeCounts::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("task code 99");
  }

  /** Bytes that were damaged must not crash with anything but an IOException, nor eat memory. */
  @ParameterizedTest
  @EnumSource
  void read_ofDamagedBytes_failsWithIOExceptionOrGivesOtherCounts(Task task) {
    byte[] good = bytes(inOrder(task, SomeEvents.of(task, 50, 2)));
    Random random = new Random(6);
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = good.clone();
      bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
      try {
        assertThat(Bytes.read(bytes, OutcomeCounts::read).task()).isEqualTo(task);
      } catch (IOException expected) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
