package dev.runway.demo;

import dev.runway.demo.stage.Board;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses how progress is shown. */
final class Boards {
  private Boards() {}

  /** Bars when standard output is a terminal, lines elsewhere; no colours with NO_COLOR. */
  static Board standard(PrintStream out) {
    boolean terminal = isTerminal(1) && !"dumb".equals(System.getenv("TERM"));
    return board(out, terminal);
  }

  /** The same for progress on standard error, so that standard output holds the result alone. */
  static Board onErrorStream(PrintStream err) {
    return board(err, isTerminal(2) && !"dumb".equals(System.getenv("TERM")));
  }

  private static Board board(PrintStream out, boolean terminal) {
    String noColour = System.getenv("NO_COLOR");
    return new Board(out, terminal, noColour == null || noColour.isEmpty());
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor))).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
