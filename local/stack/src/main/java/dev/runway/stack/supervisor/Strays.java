package dev.runway.stack.supervisor;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.process.MarkedProcesses;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import dev.runway.stack.process.Termination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Processes of a stack that no pid file names: client calls of a supervisor that was killed, and
 * components it had started but not written down. A submission among them would arrive beside the
 * one of the next supervisor and run the same job twice.
 */
final class Strays {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PID = ".pid";

  private final StackFolder folder;

  Strays(StackFolder folder) {
    this.folder = folder;
  }

  /** Ends them; to be called by the holder of the stack's lock, before it starts anything. */
  void end() throws IOException, InterruptedException {
    Set<ProcessIdentity> listed = listed();
    // PostgreSQL is left to its component, which finds it by its data and knows how to end it.
    for (ProcessIdentity process : MarkedProcesses.find(List.of(folder.processMark()))) {
      if (!listed.contains(process) && !process.commandLine().contains(FlinkJvm.PROMPT_MARK)) {
        Journal.say("ends process " + process.pid() + ", which no pid file names");
        Termination.end(process, LIMIT);
      }
    }
  }

  private Set<ProcessIdentity> listed() throws IOException {
    Set<ProcessIdentity> listed = new HashSet<>();
    try (Stream<Path> files = Files.list(folder.run())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(PID))
          .map(name -> name.substring(0, name.length() - PID.length()))
          .forEach(
              name ->
                  new PidFile(folder.run(), name)
                      .living()
                      .ifPresent(entry -> listed.add(entry.process())));
    }
    return listed;
  }
}
