package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.result.ModelProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoardTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void withoutTerminal_plainLinesComeNowAndThenWithoutEscapes() {
    Board board = new Board(new Console(out, false), true);

    board.show(progress(0.0));
    board.show(progress(1.0));
    board.show(progress(6.0));

    assertThat(text()).doesNotContain("\033").doesNotContain("█");
    assertThat(text().lines().filter(line -> line.contains("events sent"))).hasSize(2);
    assertThat(text()).contains("late-arrival", "1970-01-01", "40 read, 75.0 % joined, 10 waiting");
  }

  @Test
  void onATerminal_theBlockIsDrawnOver() {
    Board board = new Board(new Console(out, true), false);

    board.show(progress(0.0));
    board.show(progress(0.1));

    assertThat(text()).contains("█████░░░░░", "\033[3F\033[J");
    assertThat(text()).doesNotContain("\033[32m");
  }

  @Test
  void lines_fitATerminalOf80Columns() {
    Progress big =
        new Progress(
            123.4,
            58_123,
            58_123,
            Map.of("late-arrival", 18_321L),
            Map.of("late-arrival", new ModelProgress(18_321, 18_301, 1_234, 5, 2_345)),
            1_234);

    new Board(new Console(out, true), false).show(big);

    assertThat(text().replaceAll("\033\\[[^a-zA-Z]*[a-zA-Z]", "").lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
  }

  @Test
  void modelWithoutResults_saysSo() {
    new Board(new Console(out, true), true).show(progress(0.0));

    assertThat(text()).contains("rain-tomorrow nothing yet", "\033[32m");
  }

  private static Progress progress(double seconds) {
    return new Progress(
        seconds,
        50,
        100,
        Map.of("late-arrival", 80L, "rain-tomorrow", 10L),
        Map.of("late-arrival", new ModelProgress(40, 30, 10, 5, 2)),
        1);
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
