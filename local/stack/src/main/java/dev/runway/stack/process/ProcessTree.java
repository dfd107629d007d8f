package dev.runway.stack.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A process with all its descendants. */
public final class ProcessTree {

  private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB");
  private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");

  private ProcessTree() {}

  /**
   * Memory of a process and its descendants in KiB; pages shared with others count in proportion,
   * where the kernel tells (else they count in full). 0 when the process is gone.
   */
  public static long memoryKib(long pid) {
    return members(pid).stream().mapToLong(ProcessTree::memoryOfOneKib).sum();
  }

  /** The process and its descendants, parents first. */
  public static List<Long> members(long pid) {
    Optional<ProcessHandle> root = ProcessHandle.of(pid);
    return root.stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .map(ProcessHandle::pid)
        .toList();
  }

  /** The same of the process alone. */
  public static long memoryOfOneKib(long pid) {
    Path folder = Path.of("/proc", Long.toString(pid));
    return number(folder.resolve("smaps_rollup"), PSS)
        .or(() -> number(folder.resolve("status"), RSS))
        .orElse(0L);
  }

  private static Optional<Long> number(Path file, Pattern pattern) {
    try {
      Matcher matcher = pattern.matcher(Files.readString(file));
      return matcher.find() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
