package dev.runway.stack.process;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Finds processes by an exact argument on their command line. It catches what no pid file names: a
 * supervisor killed between starting a process and writing its pid file.
 */
public final class MarkedProcesses {

  private MarkedProcesses() {}

  /** Every living process that carries one of the marks, except this one. */
  public static List<ProcessIdentity> find(Collection<String> marks) {
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> pid != self)
        .filter(pid -> ProcessIdentity.commandLine(pid).stream().anyMatch(marks::contains))
        .map(ProcessIdentity::of)
        .flatMap(Optional::stream)
        .toList();
  }
}
