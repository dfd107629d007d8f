package dev.runway.stack.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process and no other: the kernel gives pids out again, but never with the same start time in
 * the same boot.
 *
 * @param pid process id
 * @param startTicks start time in clock ticks since boot, field 22 of {@code /proc/<pid>/stat}
 * @param boot id of the running boot, empty where the kernel does not tell
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Identity of a living process; empty when there is none with that pid, or only its zombie. */
  public static Optional<ProcessIdentity> of(long pid) {
    try {
      String stat =
          Files.readString(
              Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
      // The name of the program stands in brackets and may itself hold blanks and brackets.
      List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
      boolean dead = fields.get(0).equals("Z") || fields.get(0).equals("X");
      return dead
          ? Optional.empty()
          : Optional.of(new ProcessIdentity(pid, Long.parseLong(fields.get(19)), currentBoot()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Whether exactly this process still runs. */
  public boolean alive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Command line as the kernel holds it; empty when the process is gone. */
  public List<String> commandLine() {
    return commandLine(pid);
  }

  static List<String> commandLine(long pid) {
    try {
      byte[] raw = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
      return List.of(new String(raw, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String currentBoot() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
