package dev.runway.backtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the documentation shows of the verbs, which is what they print. */
final class Shown {
  private Shown() {}

  static String page() throws IOException {
    return Files.readString(Path.of("../../docs/backtest.md"));
  }

  /** Lines as a page has them. */
  static String asShown(String text) {
    return text.lines()
        .map(line -> ("    " + line).stripTrailing())
        .collect(Collectors.joining("\n"));
  }
}
