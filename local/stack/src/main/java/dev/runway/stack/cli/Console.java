package dev.runway.stack.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where verbs write: lines that are redrawn on a terminal, plain lines elsewhere. */
public final class Console {

  private final PrintStream out;
  private final boolean terminal;
  private int drawn;

  public Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  public static Console standard() {
    String kind = System.getenv("TERM");
    return new Console(System.out, isTerminal(1) && !"dumb".equals(kind));
  }

  /** Whether a file descriptor of this process is a terminal. */
  static boolean isTerminal(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor))).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  public boolean isTerminal() {
    return terminal;
  }

  /** Prints a line that stays. */
  public void line(String text) {
    out.println(text);
    out.flush();
  }

  /** Draws a block in place of the last one. Terminals only. */
  void redraw(List<String> lines) {
    if (drawn > 0) {
      out.printf("\033[%dF\033[J", drawn);
    }
    lines.forEach(out::println);
    out.flush();
    drawn = lines.size();
  }

  /** What is drawn stays; the next block is drawn below it. */
  void keep() {
    drawn = 0;
  }
}
