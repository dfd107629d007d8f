package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(bytes, true, StandardCharsets.UTF_8), true);

  @Test
  void blocks_areDrawnOverEachOtherWithLongLinesCut() {
    console.redraw(List.of("one", "two\nlines"));
    console.redraw(List.of("three"));

    assertThat(text())
        .isEqualTo("\033[?7lone\ntwo lines\n\033[?7h" + "\033[2F\033[J\033[?7lthree\n\033[?7h");
  }

  @Test
  void lineAbove_takesThePlaceOfTheBlockAndStays() {
    console.redraw(List.of("block"));
    console.lineAbove("note");
    console.redraw(List.of("block"));

    assertThat(text())
        .isEqualTo("\033[?7lblock\n\033[?7h" + "\033[1F\033[Jnote\n" + "\033[?7lblock\n\033[?7h");
  }

  @Test
  void line_leavesTheBlockForGood() {
    console.redraw(List.of("block"));
    console.line("done");
    console.redraw(List.of("next"));

    assertThat(text()).isEqualTo("\033[?7lblock\n\033[?7h" + "done\n" + "\033[?7lnext\n\033[?7h");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
