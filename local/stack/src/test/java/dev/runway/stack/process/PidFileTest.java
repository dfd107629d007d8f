package dev.runway.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  private static final String MARK = "600.25";

  @TempDir Path folder;
  private Process process;
  private PidFile file;

  @BeforeEach
  void startProcess() throws IOException {
    process = new ProcessBuilder("sleep", MARK).start();
    file = new PidFile(folder, "sleeper");
  }

  @AfterEach
  void endProcess() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Test
  void living_processRuns_isFound() throws IOException {
    file.write(new PidFile.Entry(identity(), MARK, "hash"));

    assertThat(file.living()).map(entry -> entry.process().pid()).contains(process.pid());
  }

  @Test
  void living_samePidStartedAtAnotherTime_isAStranger() throws IOException {
    ProcessIdentity real = identity();
    ProcessIdentity earlier = new ProcessIdentity(real.pid(), real.startTicks() - 1, real.boot());
    file.write(new PidFile.Entry(earlier, MARK, "hash"));

    assertThat(file.living()).isEmpty();
  }

  @Test
  void living_samePidOfAnotherBoot_isAStranger() throws IOException {
    ProcessIdentity real = identity();
    file.write(
        new PidFile.Entry(
            new ProcessIdentity(real.pid(), real.startTicks(), "another boot"), MARK, "hash"));

    assertThat(file.living()).isEmpty();
  }

  @Test
  void living_otherCommandLine_isAStranger() throws IOException {
    file.write(new PidFile.Entry(identity(), "another argument", "hash"));

    assertThat(file.living()).isEmpty();
  }

  @Test
  void living_processEnded_isEmpty() throws IOException, InterruptedException {
    file.write(new PidFile.Entry(identity(), MARK, "hash"));

    process.destroyForcibly().waitFor();

    assertThat(file.living()).isEmpty();
  }

  @Test
  void living_fileHalfWritten_isEmpty() throws IOException {
    Files.writeString(folder.resolve("sleeper.pid"), "{\"process\":{\"pid\":1");

    assertThat(file.living()).isEmpty();
  }

  @Test
  void find_markOnCommandLine_findsExactlyThatProcess() throws IOException {
    Process other = new ProcessBuilder("sleep", "600.26").start();
    try {
      assertThat(MarkedProcesses.find(List.of(MARK)))
          .extracting(ProcessIdentity::pid)
          .contains(process.pid())
          .doesNotContain(other.pid());
    } finally {
      other.destroyForcibly();
    }
  }

  private ProcessIdentity identity() {
    return ProcessIdentity.of(process.pid()).orElseThrow();
  }
}
