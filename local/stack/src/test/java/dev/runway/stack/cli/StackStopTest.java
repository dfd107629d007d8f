package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.stage.Console;
import dev.runway.stack.Installation;
import dev.runway.stack.JsonFile;
import dev.runway.stack.StackFolder;
import dev.runway.stack.StackState;
import dev.runway.stack.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackStopTest {

  @TempDir Path root;

  @Test
  void stop_hungSupervisor_isKilledInTheEnd() throws Exception {
    StackFolder folder = new StackFolder(root.resolve("stack"));
    folder.create();
    Process hung = new ProcessBuilder("sh", "-c", "trap '' TERM; echo; read never").start();
    try {
      hung.getInputStream().read(); // From now on it ignores SIGTERM.
      ProcessIdentity supervisor = ProcessIdentity.of(hung.pid()).orElseThrow();
      JsonFile.write(folder.stateFile(), running(supervisor));
      Console console = new Console(System.out, false);

      boolean down =
          new StackStop(new Installation(root), folder, console, Duration.ofSeconds(1)).stop();

      assertThat(down).isTrue();
      assertThat(supervisor.alive()).isFalse();
    } finally {
      hung.destroyForcibly().waitFor();
    }
  }

  private static StackState running(ProcessIdentity supervisor) {
    return new StackState(
        StackState.Phase.RUNNING, supervisor, "/x", null, List.of(), List.of(), null, 0, null);
  }
}
