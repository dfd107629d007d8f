package dev.runway.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The command line of a broker process.
 *
 * @param library folder with every jar of the broker, this one among them: what Maven leaves in
 *     {@code local/broker/target/lib}
 * @param properties file written by {@link BrokerConfig#write}
 * @param heapMebibytes fixed heap, in MiB; at least 128
 * @param parent process id whose end also ends the broker, so that a starter that is killed leaves
 *     nothing behind; empty for a broker that outlives its starter
 */
public record BrokerCommand(Path library, Path properties, int heapMebibytes, OptionalLong parent) {

  /** Enough for a local stack: the page cache holds the data, not the heap. */
  public static final int HEAP_MEBIBYTES = 256;

  /** System property with the process id of {@link #parent}. */
  static final String PARENT = "runway.parent.pid";

  private static final String MAIN_CLASS = "dev.runway.broker.BrokerProcess";

  /**
   * Checks the heap.
   *
   * @throws IllegalArgumentException if the heap is below 128 MiB
   */
  public BrokerCommand {
    if (heapMebibytes < 128) {
      throw new IllegalArgumentException("a broker needs a heap of 128 MiB or more");
    }
  }

  /** The command with the JVM that runs now, program first. */
  public List<String> line() {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Xms" + heapMebibytes + "m");
    line.add("-Xmx" + heapMebibytes + "m");
    line.add("-XX:+ExitOnOutOfMemoryError");
    line.add("-Djava.awt.headless=true");
    line.add("-Duser.timezone=UTC");
    line.add("-Dlog4j2.disableJmx=true");
    parent.ifPresent(pid -> line.add("-D" + PARENT + "=" + pid));
    line.add("-cp");
    line.add(library.toAbsolutePath() + "/*");
    line.add(MAIN_CLASS);
    line.add(properties.toAbsolutePath().toString());
    return List.copyOf(line);
  }
}
