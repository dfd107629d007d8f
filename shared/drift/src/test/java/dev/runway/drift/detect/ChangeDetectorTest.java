package dev.runway.drift.detect;

import static org.assertj.core.api.Assertions.assertThat;

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
        new Stored(Kswin.standard(), Kswin::read));
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
