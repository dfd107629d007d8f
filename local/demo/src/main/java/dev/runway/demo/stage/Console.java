package dev.runway.demo.stage;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where verbs write: a block of lines that is redrawn on a terminal, plain lines elsewhere. */
public final class Console {
  private static final String ERASE = "\033[%dF\033[J";

  // A line that wraps is two on the screen: the next block would begin too low.
  private static final String CUT_LONG_LINES = "\033[?7l";
  private static final String WRAP_LONG_LINES = "\033[?7h";

  private final PrintStream out;
  private final boolean terminal;
  private int drawn;

  public Console(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Writes to standard output. */
  public static Console standard() {
    return of(System.out, 1);
  }

  /** Writes to standard error, for verbs whose standard output holds the result alone. */
  public static Console onErrorStream() {
    return of(System.err, 2);
  }

  /**
   * Writes to a stream.
   *
   * @param descriptor file descriptor behind the stream, which says whether it is a terminal
   */
  public static Console of(PrintStream out, int descriptor) {
    return new Console(out, isTerminal(descriptor) && !"dumb".equals(System.getenv("TERM")));
  }

  /** Whether a file descriptor of this process is a terminal. */
  public static boolean isTerminal(int descriptor) {
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

  /** Prints a line that stays, below what is drawn, which stays too. */
  public void line(String text) {
    out.println(text);
    out.flush();
    drawn = 0;
  }

  /** Prints a line that stays in place of the block; the next block is drawn below it. */
  public void lineAbove(String text) {
    out.print(erasure());
    line(text);
  }

  /** Draws a block in place of the last one, each line cut at the edge. Terminals only. */
  public void redraw(List<String> lines) {
    // In one piece: whatever ends this process, the terminal is not left cutting lines.
    out.print(
        erasure()
            + CUT_LONG_LINES
            + String.join("", lines.stream().map(line -> line.replace('\n', ' ') + "\n").toList())
            + WRAP_LONG_LINES);
    out.flush();
    drawn = lines.size();
  }

  private String erasure() {
    return drawn > 0 ? ERASE.formatted(drawn) : "";
  }
}
