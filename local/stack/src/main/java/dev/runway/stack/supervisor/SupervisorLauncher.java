package dev.runway.stack.supervisor;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import dev.runway.stack.flink.FlinkJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts the supervisor as a process that outlives its starter. */
public final class SupervisorLauncher {

  public static final String NAME = "supervisor";

  private SupervisorLauncher() {}

  /** Starts it and returns at once; how far it is stands in the state file. */
  public static Process launch(Installation installation, StackFolder folder, StackOptions options)
      throws IOException {
    folder.create();
    Path temporary = folder.tmp().resolve(NAME);
    StackFolder.privateFolder(temporary);
    Path log = folder.log(NAME);
    LogFiles.rotate(log);
    List<String> command = new ArrayList<>(ownSession());
    command.add(FlinkJvm.java());
    command.addAll(List.of("-Xmx96m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Duser.timezone=UTC");
    // Another mark than that of the components, whose sweep must not meet the sweeper.
    command.add("-Drunway.supervisor=" + folder.root());
    command.add("-Drunway.home=" + installation.home());
    command.add("-Djava.io.tmpdir=" + temporary);
    command.addAll(
        List.of("-cp", JarCopy.make(folder, "launcher", installation.launcherJars()) + "/*"));
    command.addAll(List.of(SupervisorMain.class.getName(), folder.root().toString()));
    command.addAll(options.arguments());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.root().toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  /**
   * A session of its own, so that Ctrl-C and the closing of the terminal reach the starter alone.
   * It replaces itself with the program: the pid stays that of the program.
   */
  static List<String> ownSession() {
    for (String program : List.of("/usr/bin/setsid", "/bin/setsid")) {
      if (Files.isExecutable(Path.of(program))) {
        return List.of(program);
      }
    }
    return List.of();
  }
}
