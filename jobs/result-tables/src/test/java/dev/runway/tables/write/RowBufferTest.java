package dev.runway.tables.write;

import static dev.runway.tables.write.Samples.count;
import static dev.runway.tables.write.Samples.note;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowBufferTest {

  @Test
  void rowsOfOneKey_areRivalsFromTheHighestRevisionDown() {
    var buffer = new RowBuffer(Samples.COUNTS);
    buffer.add(count("a", 2));
    buffer.add(count("a", 3));
    buffer.add(count("a", 1));
    assertThat(buffer.size()).isEqualTo(3);

    List<Rivals> drained = buffer.drain();
    assertThat(drained).hasSize(1);
    assertThat(drained.get(0).rows())
        .extracting(row -> row.values()[3])
        .containsExactly(3L, 2L, 1L);
    assertThat(buffer.size()).isZero();
  }

  @Test
  void ofEquallyNewRows_theLastOneCountsFirst() {
    var buffer = new RowBuffer(Samples.COUNTS);
    buffer.add(count("a", 0, 0.1, 7));
    buffer.add(count("a", 0, 0.2, 7));

    assertThat(buffer.drain().get(0).rows())
        .extracting(row -> row.values()[2])
        .containsExactly(0.2, 0.1);
  }

  @Test
  void drainedRows_areInTheOrderOfTheirKeys() {
    var buffer = new RowBuffer(Samples.COUNTS);
    buffer.add(count("b", 2, 0.5, 1));
    buffer.add(count("b", 1, 0.5, 1));
    buffer.add(count("a", 9, 0.5, 1));

    assertThat(buffer.drain())
        .extracting(rivals -> rivals.newest().values()[0] + "" + rivals.newest().values()[1])
        .containsExactly("a9", "b1", "b2");
    assertThat(buffer.isEmpty()).isTrue();
  }

  @Test
  void bytesInAKey_countByContent() {
    var buffer = new RowBuffer(Samples.NOTES);
    buffer.add(note("n", 2));
    buffer.add(note("n", 2));
    buffer.add(note("n", 1));

    assertThat(buffer.drain())
        .extracting(rivals -> ((byte[]) rivals.newest().values()[1])[0] + "+" + rivals.older())
        .containsExactly("1+0", "2+1");
  }
}
