package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunwayCommandTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo", "replay", "up", "status", "sql", "logs", "doctor", "down", "reset", "test", "bench"
      })
  void help_everyVerb_saysWhatItDoes(String verb) {
    StringWriter out = new StringWriter();
    CommandLine commands = RunwayCommand.commandLine().setOut(new PrintWriter(out));

    int exit = commands.execute(verb, "--help");

    assertThat(exit).isZero();
    assertThat(out.toString()).contains("Usage: runway " + verb).contains("--folder");
  }

  @Test
  void status_nothingRuns_tellsByItsExitCode() {
    int exit = RunwayCommand.commandLine().execute("status", "--folder", folder.toString());

    assertThat(exit).isEqualTo(3);
  }

  @Test
  void down_nothingRuns_isWell() {
    int exit = RunwayCommand.commandLine().execute("down", "--folder", folder.toString());

    assertThat(exit).isZero();
  }

  @Test
  void bench_noneYet_saysSo() {
    assertThat(RunwayCommand.commandLine().execute("bench")).isEqualTo(2);
  }

  @Test
  void reset_notConfirmed_deletesNothing() {
    int exit = RunwayCommand.commandLine().execute("reset", "--folder", folder.toString());

    assertThat(exit).isEqualTo(1);
    assertThat(folder).exists();
  }
}
