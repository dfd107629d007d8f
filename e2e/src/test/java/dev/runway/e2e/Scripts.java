package dev.runway.e2e;

import dev.runway.stack.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The scripts of {@code deploy/systemd}, with Flink's own command and with settings in a folder.
 *
 * @param folder theirs alone
 */
record Scripts(Path folder) {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String JVM = "env.java.opts.all: ";

  /** How a script ended, and what it said. */
  record Ended(int code, String said) {}

  /** Writes Flink's command, as {@code bin/flink} is, which a local stack does not have. */
  static Scripts in(Path folder) throws IOException {
    String options =
        Files.readAllLines(HOME.resolve("flink-conf/config.yaml")).stream()
            .filter(line -> line.startsWith(JVM))
            .findFirst()
            .orElseThrow()
            .substring(JVM.length());
    Files.createDirectory(folder.resolve("conf"));
    // One slot, as the configuration of Flink's image has it.
    Files.writeString(
        folder.resolve("conf/config.yaml"),
        """
        rest.address: 127.0.0.1
        pipeline.auto-generate-uids: false
        taskmanager.numberOfTaskSlots: 1
        """);
    Scripts scripts = new Scripts(folder);
    scripts.program(
        "flink",
        """
        #!/bin/sh
        FLINK_CONF_DIR='%s' exec '%s' %s $JVM_ARGS -cp '%s/*' org.apache.flink.client.cli.CliFrontend "$@"
        """
            .formatted(
                folder.resolve("conf"),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                options,
                Installation.current().flinkLib()));
    return scripts;
  }

  private void program(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Has scripts count days back from this one, also where midnight is near. */
  void today(LocalDate day) throws IOException {
    program("date", "#!/bin/sh\nexec /bin/date -u -d \"%s $3\" \"$4\"\n".formatted(day));
  }

  /** Settings of a job, as {@code /etc/runway} would have them. */
  void settings(String job, String lines) throws IOException {
    Files.writeString(folder.resolve(job + ".properties"), lines);
  }

  /** Runs one until it ends. */
  Ended run(String script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", HOME.resolve("deploy/systemd").resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RUNWAY_FLINK", folder.resolve("flink").toString());
    builder.environment().put("RUNWAY_SETTINGS", folder.toString());
    builder.environment().merge("PATH", folder.toString(), (path, ours) -> ours + ":" + path);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
