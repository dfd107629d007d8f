package dev.runway.drift.embedding.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.runway.drift.embedding.ItemHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of a window: any split in any order is the same. */
class TrafficSumsTest {

  @ParameterizedTest
  @ValueSource(ints = {3, 32, 33, 200})
  void anySplitInAnyOrder_saysTheSame(int dimensions) {
    Random random = new Random(7);
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      float[] vector = new float[dimensions];
      for (int j = 0; j < dimensions; j++) {
        vector[j] = (float) (100 + random.nextGaussian() * (j + 1));
      }
      vectors.add(i % 97 == 0 ? new float[dimensions] : vector);
    }
    TrafficSums reference = sums(vectors.subList(0, 1_000), 0);
    TrafficSums whole = sums(vectors, 0);
    List<TrafficSums> parts = new ArrayList<>();
    for (int from = 0; from < vectors.size(); from += 170) {
      parts.add(sums(vectors.subList(from, Math.min(from + 170, vectors.size())), from));
    }
    Collections.shuffle(parts, random);
    TrafficSums merged = new TrafficSums(dimensions);
    parts.forEach(merged::merge);

    List<TrafficReading> expected = TrafficReadings.of(whole, reference);
    List<TrafficReading> found = TrafficReadings.of(merged, reference);
    for (int i = 0; i < expected.size(); i++) {
      Double value = expected.get(i).value();
      if (value == null) {
        assertThat(found.get(i)).isEqualTo(expected.get(i));
      } else {
        assertThat(found.get(i).value()).isCloseTo(value, within(1e-9 * Math.max(1, value)));
        assertThat(found.get(i).n()).isEqualTo(expected.get(i).n());
      }
    }
  }

  @Test
  void sums_areReadAsWritten() throws IOException {
    List<float[]> vectors = List.of(new float[] {1, 2}, new float[] {3, -4}, new float[2]);
    TrafficSums sums = sums(vectors, 0);
    sums.add(new float[] {Float.NaN, 0}, 5, 10, 20);
    sums.addGone();
    byte[] written = bytes(sums);

    TrafficSums read =
        TrafficSums.read(
            TrafficSums.LAYOUT, new DataInputStream(new ByteArrayInputStream(written)));

    assertThat(bytes(read)).isEqualTo(written);
    assertThat(read.vectors()).isEqualTo(4);
    assertThat(read.usable()).isEqualTo(2);
    assertThat(read.gone()).isEqualTo(1);
    assertThat(TrafficReadings.of(read, null)).isEqualTo(TrafficReadings.of(sums, null));
  }

  /** What is written for a vector that comes is its group, and not the window. */
  @Test
  void oneVector_isInTwoPartsOfSeventeen_andPartsMakeTheWhole() throws IOException {
    TrafficSums one = new TrafficSums(512);
    float[] vector = new float[512];
    vector[3] = 2;
    one.add(vector, 5, 10, 20);
    long numbers = 0;
    int there = 0;
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      double[] of = one.part(part);
      there += of == null ? 0 : 1;
      numbers += of == null ? 0 : of.length;
    }
    assertThat(there).isEqualTo(2);
    assertThat(numbers * Double.BYTES).isLessThan(17_000);

    TrafficSums all = sums(List.of(new float[] {1, 2}, new float[] {3, -4}, new float[2]), 0);
    all.add(new float[] {Float.NaN, 0}, 5, -10_000, 20);
    all.addGone();
    TrafficSums again = TrafficSums.of(all.counts());
    for (int part = 0; part < TrafficSums.PARTS; part++) {
      double[] of = all.part(part);
      if (of != null) {
        again.addPart(part, of);
      }
    }
    assertThat(bytes(again)).isEqualTo(bytes(all));
    assertThat(all.counts().events()).isEqualTo(5);
  }

  @Test
  void countsOfOtherDimensions_takeThePlaceOfThoseBefore() {
    TrafficCounts left = new TrafficCounts();
    left.gone = 1;
    TrafficCounts two = sums(List.of(new float[] {1, 2}), 0).counts();
    TrafficCounts three = sums(List.of(new float[] {1, 2, 3}), 0).counts();

    assertThat(left.isOfOthersThan(two)).isFalse();
    left.add(two);
    assertThat(left).returns(2, TrafficCounts::dimensions).returns(2L, TrafficCounts::events);
    assertThat(left.isOfOthersThan(three)).isTrue();
    left.add(three);
    assertThat(left).returns(3, TrafficCounts::dimensions).returns(1L, TrafficCounts::events);
  }

  /** What is kept of 2,048 dimensions, as the documents say it. */
  @Test
  void size_isThatOfTheGroupsHoweverManyVectorsCome() throws IOException {
    TrafficSums sums = new TrafficSums(2_048);
    float[] vector = new float[2_048];
    vector[7] = 1;
    for (int i = 0; i < 1_000; i++) {
      sums.add(vector, ItemHash.of(i), i, i);
    }
    assertThat(bytes(sums).length).isLessThan(16 * 8 * (2_048 + 1_024) + 2_048 * 8 + 20_000);
  }

  @Test
  void otherDimensions_areRefused() {
    TrafficSums sums = new TrafficSums(2);

    assertThatThrownBy(() -> sums.add(new float[3], 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sums.merge(new TrafficSums(3)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itemsThatLeft_areAddedToVectorsOfAnyDimensions() {
    TrafficSums left = new TrafficSums(0);
    left.addGone();
    TrafficSums two = sums(List.of(new float[] {1, 2}), 0);
    TrafficSums three = sums(List.of(new float[] {1, 2, 3}), 0);

    assertThat(left.plus(two)).isSameAs(two).returns(1L, TrafficSums::gone);
    assertThat(two.plus(left)).isSameAs(two).returns(2L, TrafficSums::gone);
    assertThat(two.plus(three)).isSameAs(three).returns(0L, TrafficSums::gone);
    assertThat(three.vectors()).isEqualTo(1);
  }

  private static TrafficSums sums(List<float[]> vectors, int firstItem) {
    TrafficSums sums = new TrafficSums(vectors.get(0).length);
    for (int i = 0; i < vectors.size(); i++) {
      sums.add(
          vectors.get(i), ItemHash.of(firstItem + i), 10L * (firstItem + i), 20L * (firstItem + i));
    }
    return sums;
  }

  private static byte[] bytes(TrafficSums sums) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    sums.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }
}
