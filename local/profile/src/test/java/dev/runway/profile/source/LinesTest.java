package dev.runway.profile.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void lines_areCutAtTheirEnds_whateverTheEndsAre() throws Exception {
    Lines lines = lines("one\r\n\ntwo\nthree");

    assertThat(next(lines)).isEqualTo("one");
    assertThat(next(lines)).isEmpty();
    assertThat(lines.isBlank()).isTrue();
    assertThat(next(lines)).isEqualTo("two");
    assertThat(next(lines)).isEqualTo("three");
    assertThat(lines.number()).isEqualTo(4);
    assertThat(lines.next()).isFalse();
  }

  @Test
  void lineAcrossManyReads_isWhole() throws Exception {
    String longer = "x".repeat(200_000);
    Lines lines =
        new Lines(
            new ByteArrayInputStream((longer + "\ny").getBytes(StandardCharsets.UTF_8)), 1 << 20);

    assertThat(next(lines)).isEqualTo(longer);
    assertThat(next(lines)).isEqualTo("y");
  }

  @Test
  void lineThatIsTooLong_isABadRow_andTheNextOneIsRead() throws Exception {
    Lines lines = lines("x".repeat(101) + "\nok");

    assertThatThrownBy(lines::next).isInstanceOf(BadRow.class).hasMessage("101 bytes, at most 100");
    assertThat(lines.number()).isEqualTo(1);
    assertThat(next(lines)).isEqualTo("ok");
  }

  private static Lines lines(String text) {
    return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 100);
  }

  private static String next(Lines lines) throws IOException, BadRow {
    assertThat(lines.next()).isTrue();
    return new String(lines.bytes(), 0, lines.length(), StandardCharsets.UTF_8);
  }
}
