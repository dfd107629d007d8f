package dev.runway.bench.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process ever had, heap and all else, as Linux counts it. */
final class Peak {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String MOST = "VmHWM:";

  private Peak() {}

  /** In megabytes; NaN where the system does not say. */
  static double megabytes() throws IOException {
    if (!Files.exists(STATUS)) {
      return Double.NaN;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith(MOST))
        .map(line -> line.substring(MOST.length()).strip().split(" ", -1)[0])
        .mapToDouble(kibibytes -> Double.parseDouble(kibibytes) * 1024 / 1e6)
        .findFirst()
        .orElse(Double.NaN);
  }
}
