package dev.runway.tables.write;

import static dev.runway.tables.write.Samples.count;
import static dev.runway.tables.write.Samples.note;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowBufferTest {

  @Test
  void rowsOfOneKey_becomeTheOneWithTheHighestRevision() {
    var buffer = new RowBuffer(Samples.COUNTS);

    assertThat(buffer.add(count("a", 2))).isTrue();
    assertThat(buffer.add(count("a", 3))).isFalse();
    assertThat(buffer.add(count("a", 1))).isFalse();

    assertThat(buffer.drain()).extracting(row -> row.values()[3]).containsExactly(3L);
  }

  @Test
  void drainedRows_areInTheOrderOfTheirKeys() {
    var buffer = new RowBuffer(Samples.COUNTS);
    buffer.add(count("b", 2, 0.5, 1));
    buffer.add(count("b", 1, 0.5, 1));
    buffer.add(count("a", 9, 0.5, 1));

    assertThat(buffer.drain())
        .extracting(row -> row.values()[0] + "" + row.values()[1])
        .containsExactly("a9", "b1", "b2");
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Test
  void bytesInAKey_countByContent() {
    var buffer = new RowBuffer(Samples.NOTES);

    assertThat(buffer.add(note("n", 2))).isTrue();
    assertThat(buffer.add(note("n", 2))).isFalse();
    assertThat(buffer.add(note("n", 1))).isTrue();

    assertThat(buffer.drain())
        .extracting(row -> ((byte[]) row.values()[1])[0])
        .containsExactly((byte) 1, (byte) 2);
  }
}
