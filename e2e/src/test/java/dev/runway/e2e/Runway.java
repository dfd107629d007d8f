package dev.runway.e2e;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code runway} as a process of its own. It is started as the script starts it, less
 * the script's build: the reactor has built everything by now.
 */
final class Runway {
  private static final String MAIN = "dev.runway.stack.cli.RunwayCommand";

  private final Installation installation;
  private final StackFolder folder;

  Runway(Installation installation, StackFolder folder) {
    this.installation = installation;
    this.folder = folder;
  }

  /** How a verb ended, and what it said on each stream. */
  record Said(int exitCode, String out, String err) {
    String output() {
      return out + err;
    }
  }

  /**
   * Runs a verb.
   *
   * @throws AssertionError when it has not ended by then; it is killed
   */
  Said run(Duration atMost, String... verb) throws IOException, InterruptedException {
    // Beside the folder: one that holds other things than a stack is not taken for one.
    Path beside = folder.root().toAbsolutePath().getParent();
    Path out = Files.createTempFile(beside, verb[0] + "-", ".out");
    Path err = Files.createTempFile(beside, verb[0] + "-", ".err");
    Process process =
        new ProcessBuilder(command(verb))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
      Said said =
          new Said(ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
      if (!ended) {
        throw new AssertionError(
            "runway "
                + verb[0]
                + " has not ended in "
                + atMost.toSeconds()
                + " s:\n"
                + said.output());
      }
      return said;
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  /**
   * Starts a verb that runs until it is told to end.
   *
   * @param said where both its streams go
   */
  Process start(Path said, String... verb) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(verb))
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    // What it starts lives for a minute, which is mostly compiled.
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");
    return builder.start();
  }

  /** Runs a verb that must end well. */
  String runWell(Duration atMost, String... verb) throws IOException, InterruptedException {
    Said said = run(atMost, verb);
    if (said.exitCode() != 0) {
      throw new AssertionError(
          "runway " + verb[0] + " ended with " + said.exitCode() + ":\n" + said.output());
    }
    return said.output();
  }

  private List<String> command(String... verb) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Duser.timezone=UTC");
    command.add("-Drunway.home=" + installation.home());
    Path target = installation.home().resolve("local/stack/target");
    command.addAll(List.of("-cp", target + "/*:" + target.resolve("lib") + "/*", MAIN));
    command.addAll(List.of(verb));
    command.addAll(List.of("--folder", folder.root().toString()));
    return command;
  }
}
