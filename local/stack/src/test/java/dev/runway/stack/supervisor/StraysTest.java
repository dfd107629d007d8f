package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import dev.runway.stack.process.PidFile;
import dev.runway.stack.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StraysTest {

  @TempDir Path root;
  private StackFolder folder;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = new StackFolder(root.resolve("stack"));
    folder.create();
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void end_takesWhatNoPidFileNames_andNothingElse() throws Exception {
    Process submission = marked("-Drunway.component=submit-x");
    Process listed = marked("-Drunway.component=broker");
    ProcessIdentity broker = ProcessIdentity.of(listed.pid()).orElseThrow();
    new PidFile(folder.run(), "broker")
        .write(new PidFile.Entry(broker, folder.processMark(), "hash"));
    Process prompt = marked(FlinkJvm.PROMPT_MARK);

    new Strays(folder).end();

    assertThat(submission.isAlive()).isFalse();
    assertThat(listed.isAlive()).isTrue();
    assertThat(prompt.isAlive()).isTrue();
  }

  /** A shell that waits, with arguments like those of a JVM behind its script. */
  private Process marked(String component) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", "read never", "sh", component, folder.processMark()).start();
    started.add(process);
    return process;
  }
}
