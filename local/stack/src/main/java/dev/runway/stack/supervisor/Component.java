package dev.runway.stack.supervisor;

import dev.runway.stack.process.Launch;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One process of the stack: how it is started, when it is ready, how it ends. */
public interface Component {

  String name();

  /** Main loopback port, or 0. */
  int port();

  /** Whether it is part of Flink and so needs ZooKeeper before it can start. */
  default boolean flink() {
    return false;
  }

  /** Whether it can start only when the database has its tables. */
  default boolean needsTables() {
    return false;
  }

  /** Writes whatever must lie on the disk and tells the command. Called before every start. */
  Launch launch() throws IOException, InterruptedException;

  /** Called right before a process is started, when none lives. */
  default void beforeStart() throws IOException {}

  /**
   * Called when its processes end by themselves again and again: may take away what ends them.
   *
   * @return what it did; empty when it knows no remedy
   */
  default Optional<String> remedy() throws IOException, InterruptedException {
    return Optional.empty();
  }

  /** Whether a living process of an earlier supervisor is as good as a new one. */
  default boolean mayAdopt(PidFile.Entry living) throws IOException, InterruptedException {
    return living.commandHash().equals(launch().commandHash());
  }

  /** Whether it answers now; asked often, so it must return within about a second. */
  boolean ready();

  /** How long the first answer may take before the process counts as failed. */
  default Duration readyWithin() {
    // Generous: to end and restart what is only slow makes a busy machine busier.
    return Duration.ofMinutes(3);
  }

  /** How long it may take to end by itself after SIGTERM. */
  default Duration endsWithin() {
    return Duration.ofSeconds(15);
  }

  /**
   * Ends its process.
   *
   * @return whether it is gone
   */
  default boolean end(ProcessIdentity process) throws InterruptedException {
    return Termination.end(process, endsWithin());
  }

  /** A process of this component that no pid file names but the component itself can find. */
  default Optional<ProcessIdentity> unlisted() {
    return Optional.empty();
  }

  /** Where its last words are, the most telling file first. */
  List<Path> logs();
}
