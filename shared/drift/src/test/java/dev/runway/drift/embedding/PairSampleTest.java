package dev.runway.drift.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairSampleTest {

  private static final int CAPACITY = 50;

  private static float[] before(long item) {
    return new float[] {(float) item, (float) -item};
  }

  private static float[] after(long item) {
    return new float[] {(float) (item * 2)};
  }

  private static void add(PairSample sample, long item) {
    sample.add(ItemHash.of(item), before(item), after(item));
  }

  private static PairSample of(List<Long> items) {
    PairSample sample = new PairSample(CAPACITY, 2, 1);
    items.forEach(item -> add(sample, item));
    return sample;
  }

  private static List<Long> items(int count) {
    return new ArrayList<>(LongStream.range(0, count).boxed().toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 49, 50, 51, 1_000})
  void sample_isTheItemsWithTheLowestHashes(int count) {
    PairSample sample = of(items(count));

    float[][] expected =
        items(count).stream()
            .sorted(Comparator.comparing(ItemHash::of, Long::compareUnsigned))
            .limit(CAPACITY)
            .map(PairSampleTest::before)
            .toArray(float[][]::new);
    assertThat(sample.before()).isDeepEqualTo(expected);
    assertThat(sample.size()).isEqualTo(Math.min(count, CAPACITY));
    for (int i = 0; i < sample.size(); i++) {
      assertThat(sample.after()[i][0]).isEqualTo(2 * sample.before()[i][0]);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySplitAndOrder_givesTheSameBytes(long seed) throws IOException {
    Random random = new Random(seed);
    List<Long> items = items(random.nextInt(400));
    byte[] expected = Bytes.of(of(items)::write);

    Collections.shuffle(items, random);
    List<PairSample> parts = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      parts.add(new PairSample(CAPACITY, 2, 1));
    }
    for (long item : items) {
      add(parts.get(random.nextInt(parts.size())), item);
      if (random.nextInt(5) == 0) {
        add(parts.get(random.nextInt(parts.size())), item);
      }
    }
    PairSample merged = new PairSample(CAPACITY, 2, 1);
    for (PairSample part : parts) {
      merged.merge(Bytes.read(Bytes.of(part::write), PairSample::read));
    }

    assertThat(Bytes.of(merged::write)).isEqualTo(expected);
  }

  @Test
  void itemWithTwoVectors_isHeldOnceWithTheLowerOne() throws IOException {
    PairSample first = new PairSample(2, 1, 1);
    first.add(7, new float[] {1}, new float[] {5});
    first.add(7, new float[] {1}, new float[] {4});
    PairSample second = new PairSample(2, 1, 1);
    second.add(7, new float[] {1}, new float[] {4});
    second.add(7, new float[] {2}, new float[] {3});

    assertThat(first.size()).isEqualTo(1);
    assertThat(Bytes.of(first::write)).isEqualTo(Bytes.of(second::write));
  }

  @Test
  void vectorsThatChangeLater_doNotChangeTheSample() {
    float[] vector = {1, 2};
    PairSample sample = new PairSample(1, 2, 2);
    sample.add(1, vector, vector);
    vector[0] = 9;

    assertThat(sample.before()[0]).containsExactly(1, 2);
  }

  @Test
  void otherDimensionsAndCapacities_areRefused() {
    PairSample sample = new PairSample(3, 2, 1);
    assertThatThrownBy(() -> sample.add(1, new float[1], new float[1]))
        .hasMessageContaining("1 and 1 dimensions in a sample of 2 and 1");
    assertThatThrownBy(() -> sample.merge(new PairSample(4, 2, 1)))
        .hasMessageContaining("sample of 4 pairs merged into one of 3");
    assertThatThrownBy(() -> new PairSample(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void read_ofWhatIsNoSample_saysWhy() throws IOException {
    byte[] bytes = Bytes.of(of(items(2))::write);
    byte[] newer = bytes.clone();
    newer[0] = 2;
    assertThatThrownBy(() -> Bytes.read(newer, PairSample::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
    byte[] twice = bytes.clone();
    System.arraycopy(twice, 5, twice, 5 + 8 + 12, 8);
    assertThatThrownBy(() -> Bytes.read(twice, PairSample::read))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("twice");
  }

  @Test
  void hash_ofAnItem_neverChanges() {
    assertThat(ItemHash.of(0L)).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(ItemHash.position(-1L)).isLessThan(1);
    assertThat(ItemHash.position(0)).isZero();
  }
}
