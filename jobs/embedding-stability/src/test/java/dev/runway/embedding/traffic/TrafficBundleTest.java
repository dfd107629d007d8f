package dev.runway.embedding.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.drift.embedding.ItemHash;
import dev.runway.drift.embedding.traffic.TrafficSums;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.SampledVector;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a bundle says it takes, by which it ends. */
class TrafficBundleTest {
  private static final int DIMENSIONS = 512;
  private static final long WINDOW = Duration.ofMinutes(10).toMillis();
  private static final long START = 1_700_000_000_000L / WINDOW * WINDOW;

  private final TrafficBundle bundle = new TrafficBundle(Duration.ofMillis(WINDOW));
  private final Map<TrafficBundle.Key, TrafficSums> sums = new HashMap<>();

  /** A catalogue that is sent again, over a day and a half. */
  @Test
  void manyWindowsOfFewVectors_takeWhatTheirGroupsTake() throws IOException {
    long bytes = 0;
    for (int i = 0; i < 1_000; i++) {
      bytes += add(vector(i, START + i % 200 * WINDOW));
    }

    assertThat(sums).hasSize(200);
    assertThat(bytes).isLessThan(26L << 20);
    long written = 0;
    for (TrafficSums each : sums.values()) {
      written += written(each);
    }
    // Half of what is counted beside the numbers is buckets of times, written where there is one.
    assertThat(bytes).isBetween(written, 2 * written);
  }

  @Test
  void fullWindow_takesNoMoreHoweverManyVectorsCome() {
    long bytes = 0;
    for (int i = 0; i < 200; i++) {
      bytes += add(vector(i, START));
    }
    long more = 0;
    for (int i = 200; i < 1_000; i++) {
      more += add(vector(i, START));
    }

    assertThat(bytes).isGreaterThan(16 * 8 * (DIMENSIONS + 1_024));
    assertThat(more).isZero();
  }

  private long add(SampledVector vector) {
    TrafficBundle.Key key = bundle.key(vector);
    long bytes = 0;
    TrafficSums known = sums.get(key);
    if (known == null) {
      bytes = bundle.bytes(key);
      known = bundle.create(key);
      sums.put(key, known);
    }
    return bytes + bundle.add(known, vector);
  }

  private static long written(TrafficSums sums) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sums.write(new DataOutputStream(bytes));
    return bytes.size();
  }

  private static SampledVector vector(int item, long storedAt) {
    float[] vector = new float[DIMENSIONS];
    vector[item % DIMENSIONS] = 1;
    String id = "item-" + item;
    return new SampledVector(
        "titles",
        "v1",
        ItemHash.of(id),
        new ItemVector(id, vector, storedAt - 5_000, storedAt, 0, item, storedAt + 100));
  }
}
