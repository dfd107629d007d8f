package dev.runway.control.scheduler.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process as it can be found again: by its number, by when it began in ticks since the machine
 * did, and by that machine's start. The number alone may belong to another one by now.
 *
 * @param startTicks empty where the system has no {@code /proc}
 */
record LiveProcess(long pid, String startTicks, String boot) {
  private static final Path PROC = Path.of("/proc");
  private static final int AFTER_NAME_STATE = 0;
  private static final int AFTER_NAME_START = 19;

  /** The process of a line that the wrapper wrote; empty when it is no such line. */
  static Optional<LiveProcess> read(String line) {
    String[] words = line.strip().split(" ", -1);
    return words[0].matches("[1-9][0-9]{0,9}")
        ? Optional.of(
            new LiveProcess(
                Long.parseLong(words[0]),
                words.length > 1 ? words[1] : "",
                words.length > 2 ? words[2] : ""))
        : Optional.empty();
  }

  /**
   * Whether this very process still runs.
   *
   * @throws IOException if that cannot be seen, as with too many open files
   */
  boolean isAlive() throws IOException {
    return isAlive(PROC);
  }

  boolean isAlive(Path proc) throws IOException {
    Path ours = proc.resolve(Long.toString(pid));
    if (startTicks.isEmpty()) {
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
    try {
      String now = Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
      String stat = Files.readString(ours.resolve("stat"));
      // The name of the program comes before, in brackets, and may hold brackets and blanks.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean ended = fields[AFTER_NAME_STATE].equals("Z") || fields[AFTER_NAME_STATE].equals("X");
      return boot.equals(now) && startTicks.equals(fields[AFTER_NAME_START]) && !ended;
    } catch (IOException e) {
      if (Files.exists(ours)) {
        throw e;
      }
      return false;
    }
  }
}
