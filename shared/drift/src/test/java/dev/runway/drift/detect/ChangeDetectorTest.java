package dev.runway.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.drift.detect.ChangeDetector.State;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeDetectorTest {

  interface Reader {
    ChangeDetector read(DataInput in) throws IOException;
  }

  record Stored(ChangeDetector detector, Reader reader) {}

  static Stream<Stored> detectors() {
    return Stream.of(
        new Stored(PageHinkley.standard(), PageHinkley::read),
        new Stored(Adwin.standard(), Adwin::read),
        new Stored(Ddm.standard(), Ddm::read),
        new Stored(Eddm.standard(), Eddm::read),
        new Stored(Kswin.standard(), Kswin::read),
        new Stored(new RisingKswin(1e6, 100, 10), RisingKswin::read));
  }

  private static byte[] bytes(ChangeDetector detector) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    detector.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void storedInBetween_decidesTheSame(Stored stored) throws IOException {
    Random random = new Random(1);
    ChangeDetector detector = stored.detector();
    for (int i = 0; i < 777; i++) {
      detector.add(random.nextInt(10) == 0 ? 1 : 0);
    }
    ChangeDetector restored =
        stored.reader().read(new DataInputStream(new ByteArrayInputStream(bytes(detector))));

    assertThat(bytes(restored)).isEqualTo(bytes(detector));
    for (int i = 0; i < 1000; i++) {
      double value = random.nextInt(3) == 0 ? 1 : 0;
      assertThat(restored.add(value)).isEqualTo(detector.add(value));
    }
    assertThat(bytes(restored)).isEqualTo(bytes(detector));
  }

  private static int alarms(ChangeDetector detector, double rate, int values, long seed) {
    Random random = new Random(seed);
    int alarms = 0;
    for (int i = 0; i < values; i++) {
      if (detector.add(random.nextDouble() < rate ? 1 : 0) == State.DRIFT) {
        alarms++;
        detector.reset();
      }
    }
    return alarms;
  }

  @Test
  void standardDetectors_onStationaryStreams_hardlyAlarm() {
    int pageHinkley = 0;
    int adwin = 0;
    for (int run = 0; run < 60; run++) {
      pageHinkley += alarms(PageHinkley.standard(), 0.1, 3000, run) > 0 ? 1 : 0;
      adwin += alarms(Adwin.standard(), 0.1, 3000, run) > 0 ? 1 : 0;
    }

    assertThat(pageHinkley).isLessThanOrEqualTo(5);
    assertThat(adwin).isLessThanOrEqualTo(2);
  }

  /** The level for one false alarm in 20,000 values gives that, within a factor of three. */
  @Test
  void pageHinkley_atTheLevelOfARate_alarmsAboutThatOften() {
    for (double rate : new double[] {0.05, 0.1, 0.5}) {
      double lambda = PageHinkley.lambda(0.02, rate * (1 - rate), 20_000);
      PageHinkley detector = new PageHinkley(0.02, lambda, 1, 30);
      Random random = new Random(Double.hashCode(rate));
      int alarms = 0;
      for (int i = 0; i < 4_000_000; i++) {
        // Around a mean that is known, as that of a loss beyond its expectation is.
        if (detector.add((random.nextDouble() < rate ? 1 : 0) - rate) == State.DRIFT) {
          alarms++;
          detector.reset();
        }
      }
      assertThat(alarms).as("alarms at %s with %s", rate, lambda).isBetween(70, 600);
    }
  }

  /** Of two samples of three the 20 orders are equally likely, and one of them is a rise of 3/3. */
  @Test
  void risingKswin_levelIsFromTheExactLaw() {
    assertThat(RisingKswin.level(3, 0.051)).isEqualTo(3);
    assertThat(RisingKswin.level(3, 0.31)).isEqualTo(2);
    assertThatThrownBy(() -> RisingKswin.level(3, 0.04))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("never as far apart");
    for (int recent : new int[] {50, 400}) {
      double alpha = 0.01;
      int level = RisingKswin.level(recent, alpha);
      Random random = new Random(recent);
      int runs = 20_000;
      int wrong = 0;
      for (int run = 0; run < runs; run++) {
        RisingKswin kswin = new RisingKswin(2 * recent / alpha, recent, 2 * recent);
        for (int i = 0; i < 2 * recent; i++) {
          wrong += kswin.add(random.nextDouble()) == State.DRIFT ? 1 : 0;
        }
      }
      // Of 200 that are expected at most, and 14 of scatter.
      assertThat(wrong).as("of level %d", level).isBetween(100, 260);
    }
  }

  /** One false alarm in 20,000 values is an upper bound: looks that overlap alarm together. */
  @Test
  void risingKswin_alarmsNoMoreThanItsBound() {
    for (int recent : new int[] {50, 200}) {
      RisingKswin kswin = new RisingKswin(20_000, recent, 10);
      Random random = new Random(recent);
      int alarms = 0;
      for (int i = 0; i < 2_000_000; i++) {
        if (kswin.add(Math.abs(random.nextGaussian())) == State.DRIFT) {
          alarms++;
          kswin.reset();
        }
      }
      assertThat(alarms).as("with %d values", recent).isBetween(5, 100);
    }
  }

  /** What a level per test is in a stream; and why it is not used there. */
  @Test
  void kswin_atItsOwnAlpha_alarmsAllTheTime() {
    Kswin kswin = Kswin.standard();
    Random random = new Random(5);
    int alarms = 0;
    for (int i = 0; i < 100_000; i++) {
      if (kswin.add(random.nextGaussian()) == State.DRIFT) {
        alarms++;
        kswin.reset();
      }
    }
    assertThat(alarms).isGreaterThan(50);
  }

  @Test
  void risingKswin_findsARise_andNoFall() {
    RisingKswin rise = new RisingKswin(1e9, 1_000, 100);
    RisingKswin fall = new RisingKswin(1e9, 1_000, 100);
    Random random = new Random(6);
    long risen = 0;
    for (int i = 0; i < 6_000; i++) {
      double value = Math.abs(random.nextGaussian());
      if (rise.add(i < 3_000 ? value : 1.5 * value) == State.DRIFT && risen == 0) {
        risen = i;
      }
      assertThat(fall.add(i < 3_000 ? value : value / 2)).isEqualTo(State.STABLE);
    }

    assertThat(risen).isBetween(3_300L, 4_100L);
    assertThat(rise.threshold()).isBetween(0.12, 0.14);
  }

  @Test
  void adwin_afterAChange_keepsTheNewPartAlone() {
    Random random = new Random(3);
    Adwin adwin = Adwin.standard();
    for (int i = 0; i < 4000; i++) {
      adwin.add(random.nextDouble() < (i < 3000 ? 0.1 : 0.5) ? 1 : 0);
    }

    assertThat(adwin.mean()).isBetween(0.44, 0.56);
    assertThat(adwin.window()).isBetween(900L, 1200L);
  }
}
