package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        "archive",
        "forget",
        "batch",
        "demo",
        "demo-embeddings",
        "replay",
        "drop",
        "profile",
        "up",
        "status",
        "sql",
        "sql-gateway",
        "send",
        "logs",
        "doctor",
        "down",
        "reset",
        "test",
        "bench",
        "models",
        "versions",
        "policies",
        "health",
        "audit",
        "events"
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
  void send_nothing_isRefused() {
    StringWriter err = new StringWriter();
    CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));

    assertThat(commands.execute("send", "--folder", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--predictions, --outcomes");
  }

  @Test
  void forget_someoneOrAllOfBefore_notBothNorNeither() {
    for (String wrong : List.of("", "--verify", "anna --again")) {
      StringWriter err = new StringWriter();
      CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));
      List<String> arguments = new ArrayList<>(List.of("forget", "--folder", folder.toString()));
      if (!wrong.isEmpty()) {
        arguments.addAll(List.of(wrong.split(" ", -1)));
      }

      assertThat(commands.execute(arguments.toArray(String[]::new))).as(wrong).isEqualTo(2);
      assertThat(err.toString()).contains("give the id of a subject, or --again");
    }
  }

  @Test
  void batch_daysOrWhatIsDue_notBothNorNeither() {
    for (String wrong : List.of("", "--due --day 2026-03-01", "--due --until 2026-03-01")) {
      StringWriter err = new StringWriter();
      CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));

      assertThat(commands.execute(("batch-join " + wrong).strip().split(" "))).isEqualTo(2);
      assertThat(err.toString()).contains("--due");
    }
  }

  @Test
  void archive_ofNothing_saysSo() {
    for (String verb : List.of("compact", "retain", "check")) {
      StringWriter err = new StringWriter();
      CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));

      assertThat(commands.execute("archive", verb, "--folder", folder.toString())).isEqualTo(1);
      assertThat(err.toString()).contains("namespace runway has no archive");
    }
    assertThat(RunwayCommand.commandLine().execute("archive", "--folder", folder.toString()))
        .isEqualTo(2);
  }

  @Test
  void down_nothingRuns_isWell() {
    int exit = RunwayCommand.commandLine().execute("down", "--folder", folder.toString());

    assertThat(exit).isZero();
  }

  @Test
  void batch_ofTheFuture_isRefused() {
    assertThat(batch("--day", "2126-01-01")).contains("2126-01-01 is in the future");
  }

  @Test
  void batch_ofDaysInTheWrongOrder_isRefused() {
    assertThat(batch("--day", "2026-01-02", "--until", "2026-01-01"))
        .contains("--until (2026-01-01) must not be before --day (2026-01-02)");
  }

  @Test
  void batch_withoutAStack_saysWhatStartsOne() {
    assertThat(batch("--day", "2026-01-01")).contains("no stack is up", "./runway up");
  }

  private String batch(String... options) {
    StringWriter err = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("batch", "--folder", folder.toString()));
    arguments.addAll(List.of(options));

    int exit =
        RunwayCommand.commandLine()
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(String[]::new));

    assertThat(exit).isNotZero();
    return err.toString();
  }

  @Test
  void bench_ofUnknownName_saysSo() {
    assertThat(RunwayCommand.commandLine().execute("bench", "nothing")).isEqualTo(2);
  }

  /** Not built, so it ends there; what it has made is a stack's folder by then. */
  @Test
  void bench_beforeAnyStack_leavesAFolderThatAStackTakes() throws IOException {
    Path home = folder.resolve("home");
    Path sources = home.resolve("benchmarks/join/src/main/java/dev/runway/bench");
    Files.createDirectories(sources);
    Files.createFile(sources.resolve("JoinBench.java"));
    StackFolder stack = new StackFolder(folder.resolve("stack"));
    System.setProperty("runway.home", home.toString());
    try {
      RunwayCommand.commandLine().execute("bench", "join", "--folder", stack.root().toString());
    } finally {
      System.clearProperty("runway.home");
    }
    Files.createDirectories(stack.root().resolve("bench"));

    assertThat(stack.mayBeCreated()).isTrue();
  }

  @Test
  void reset_folderOfOtherThings_deletesNothing() throws IOException {
    Files.writeString(folder.resolve("precious"), "keep");

    int exit = RunwayCommand.commandLine().execute("reset", "--yes", "--folder", folder.toString());

    assertThat(exit).isEqualTo(1);
    assertThat(folder.resolve("precious")).hasContent("keep");
  }

  @Test
  void reset_confirmedStack_isDeleted() throws IOException {
    StackFolder stack = new StackFolder(folder.resolve("stack"));
    stack.create();

    int exit =
        RunwayCommand.commandLine().execute("reset", "--yes", "--folder", stack.root().toString());

    assertThat(exit).isZero();
    assertThat(stack.root()).doesNotExist();
    assertThat(folder).exists();
  }

  @Test
  void doctor_missingFolder_isNotMade() {
    RunwayCommand.commandLine().execute("doctor", "--folder", folder.resolve("a/b").toString());

    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void replay_missingFile_isNamedWithoutATrace() {
    StringWriter err = new StringWriter();
    CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));

    int exit = commands.execute(replay("nowhere.json"));

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("runway: no such file: nowhere.json\n");
  }

  @Test
  void debug_showsTheTraceToo() {
    StringWriter err = new StringWriter();
    CommandLine commands = RunwayCommand.commandLine().setErr(new PrintWriter(err));

    commands.execute(replay("nowhere.json", "--debug"));

    assertThat(err.toString()).contains("no such file: nowhere.json", "at dev.runway.demo.Replay");
  }

  private String[] replay(String model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("replay", "--model", model));
    arguments.addAll(List.of("--predictions", "p.jsonl", "--outcomes", "o.jsonl"));
    arguments.addAll(List.of("--folder", folder.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  @Test
  void reset_notConfirmed_deletesNothing() {
    int exit = RunwayCommand.commandLine().execute("reset", "--folder", folder.toString());

    assertThat(exit).isEqualTo(1);
    assertThat(folder).exists();
  }
}
