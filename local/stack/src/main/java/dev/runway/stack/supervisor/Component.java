package dev.runway.stack.supervisor;

import dev.runway.stack.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One process of the stack: how it is started, when it is ready, how long it may take to end. */
public interface Component {

  String name();

  /** Main loopback port, or 0. */
  int port();

  /** Components that must be ready before this one is started the first time. */
  default List<String> needs() {
    return List.of();
  }

  /**
   * The command to start, after whatever must lie on the disk has been written. Called before every
   * start; equal launches mean that a living process may be adopted.
   */
  Launch launch() throws IOException, InterruptedException;

  /** Whether it answers now; asked several times a second, so it must return within about a second. */
  boolean ready();

  /** How long the first answer may take before the process counts as failed. */
  default Duration readyWithin() {
    return Duration.ofSeconds(90);
  }

  /** How long it may take to end by itself after SIGTERM. */
  default Duration endsWithin() {
    return Duration.ofSeconds(15);
  }

  /** Where its last words are, the most telling file first. */
  List<Path> logs();
}
