package dev.runway.demo.stage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The newest lines of many: on a terminal always in the same place, elsewhere one below another.
 */
public final class Newsreel {
  private final Console console;
  private final int kept;
  private final Deque<String> newest = new ArrayDeque<>();

  /**
   * @param kept lines that a terminal shows at once
   */
  public Newsreel(Console console, int kept) {
    this.console = console;
    this.kept = kept;
  }

  /** Shows one more. */
  public void line(String text) {
    if (!console.isTerminal()) {
      console.line(text);
      return;
    }
    newest.add(text);
    if (newest.size() > kept) {
      newest.remove();
    }
    console.redraw(List.copyOf(newest));
  }
}
