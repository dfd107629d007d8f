package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.Topic;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.flink.FlinkRest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The scripts of {@code deploy/systemd}, with Flink's own command, beside a cluster that runs. */
@Order(2)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class ScriptsITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String JVM = "env.java.opts.all: ";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;

  private record Ended(int code, String said) {}

  /** As {@code bin/flink} starts it, which the installation of the local stack does not have. */
  @BeforeEach
  void flinksCommand() throws IOException {
    String options =
        Files.readAllLines(HOME.resolve("flink-conf/config.yaml")).stream()
            .filter(line -> line.startsWith(JVM))
            .findFirst()
            .orElseThrow()
            .substring(JVM.length());
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(
        folder.resolve("conf/config.yaml"),
        "rest.address: 127.0.0.1\npipeline.auto-generate-uids: false\n");
    Path flink = folder.resolve("flink");
    Files.writeString(
        flink,
        """
        #!/bin/sh
        FLINK_CONF_DIR='%s' exec '%s' %s $JVM_ARGS -cp '%s/*' org.apache.flink.client.cli.CliFrontend "$@"
        """
            .formatted(
                folder.resolve("conf"),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                options,
                Installation.current().flinkLib()));
    Files.setPosixFilePermissions(flink, PosixFilePermissions.fromString("rwx------"));
  }

  private Ended run(String script, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", HOME.resolve("deploy/systemd").resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("RUNWAY_FLINK", folder.resolve("flink").toString());
    builder.environment().put("RUNWAY_SETTINGS", folder.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }

  @Test
  void jobThatRuns_isNotSubmittedASecondTime(TestStack stack) throws Exception {
    int port = stack.client().ports().of(Ports.FLINK_UI);
    Files.writeString(folder.resolve("drift-monitor.properties"), "");
    List<String> before = running(stack);
    assertThat(before).hasSize(1);

    Ended ended =
        run("submit.sh", Map.of("RUNWAY_JOBMANAGER", "127.0.0.1:" + port), "drift-monitor");

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("drift-monitor-runway is there already");
    assertThat(running(stack)).isEqualTo(before);
  }

  /** Ids of the jobs of that name. */
  private static List<String> running(TestStack stack) throws Exception {
    return stack.client().jobs().stream()
        .filter(job -> !job.ended() && job.name().equals("drift-monitor-runway"))
        .map(FlinkRest.Job::id)
        .toList();
  }

  /**
   * The nightly run as a CronJob has it: with a Flink of its own in one process. The archive of
   * this stack began today, so no window of these days is covered, and the run says so.
   */
  @Test
  void batchOfPastDays_runsInOneProcess(TestStack stack) throws Exception {
    Path archive = stack.folder().archive(Topic.LIVE);
    await("the archive says what it is complete of")
        .atMost(PATIENCE)
        .until(() -> hasFiles(archive.resolve("coverage")));
    Files.writeString(
        folder.resolve("groundtruth-join.properties"),
        "runway.kafka.bootstrap-servers=%s\nrunway.archive.folder=%s\nrunway.namespace=%s\n"
            .formatted(stack.client().bootstrapServers(), archive.toUri(), Topic.LIVE));

    Ended ended =
        run(
            "batch.sh",
            Map.of(
                "RUNWAY_TARGET", "local",
                "JVM_ARGS", "-Xmx512m -XX:TieredStopAtLevel=1",
                "RUNWAY_JAR",
                    Installation.current().jobJar("groundtruth-join").orElseThrow().toString()));

    assertThat(ended.code()).as(ended.said()).isZero();
    assertThat(ended.said()).contains("Accumulator Results", "windows");
  }

  private static boolean hasFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isPresent();
    }
  }
}
