package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NewsreelTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void withoutTerminal_everyLineStays() {
    play(new Newsreel(new Console(out, false), 2));

    assertThat(text()).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void onATerminal_theNewestAreDrawnInPlace() {
    play(new Newsreel(new Console(out, true), 2));

    assertThat(text())
        .endsWith("\033[2F\033[J\033[?7ltwo\nthree\n\033[?7h")
        .doesNotContain("\033[3F");
  }

  private static void play(Newsreel news) {
    news.line("one");
    news.line("two");
    news.line("three");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
