package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.process.ProcessTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A process tree that is stopped with SIGSTOP: its ports take connections and bytes, and nothing
 * ever answers, as behind a network that drops packets.
 */
final class BlackHole implements AutoCloseable {
  private final Set<Long> stopped = new LinkedHashSet<>();

  /** Stops a process and all its descendants, also those that are born meanwhile. */
  BlackHole(long pid) throws IOException, InterruptedException {
    // The parent first: once it stands still it has no more children.
    boolean more = true;
    while (more) {
      List<Long> fresh = new ArrayList<>(ProcessTree.members(pid));
      fresh.removeAll(stopped);
      for (long member : fresh) {
        signal("STOP", member);
        stopped.add(member);
      }
      more = !fresh.isEmpty();
    }
    assertThat(stopped).contains(pid);
  }

  /** Lets them go on. */
  @Override
  public void close() throws IOException, InterruptedException {
    List<Long> inReverse = new ArrayList<>(stopped);
    java.util.Collections.reverse(inReverse);
    for (long pid : inReverse) {
      signal("CONT", pid);
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    // A backend that has ended meanwhile needs no signal, so the exit code does not matter.
    new ProcessBuilder("kill", "-" + name, Long.toString(pid))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
