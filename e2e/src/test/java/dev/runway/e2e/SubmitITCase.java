package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.flink.FlinkRest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code deploy/systemd/submit.sh}, with Flink's own command, against a cluster that runs. */
@Order(2)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class SubmitITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  @Test
  void jobThatRuns_isNotSubmittedASecondTime(TestStack stack, @TempDir Path folder)
      throws Exception {
    int port = stack.client().ports().of(Ports.FLINK_UI);
    Files.createDirectory(folder.resolve("conf"));
    Files.writeString(folder.resolve("conf/config.yaml"), "rest.address: 127.0.0.1\n");
    Path flink = folder.resolve("flink");
    Files.writeString(
        flink,
        """
        #!/bin/sh
        FLINK_CONF_DIR='%s' exec '%s' -cp '%s/*' org.apache.flink.client.cli.CliFrontend "$@"
        """
            .formatted(
                folder.resolve("conf"),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Installation.current().flinkLib()));
    Files.setPosixFilePermissions(flink, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(folder.resolve("drift-monitor.properties"), "");
    List<String> before = running(stack);
    assertThat(before).hasSize(1);

    ProcessBuilder submit =
        new ProcessBuilder(
                "sh", HOME.resolve("deploy/systemd/submit.sh").toString(), "drift-monitor")
            .redirectErrorStream(true);
    submit.environment().put("RUNWAY_FLINK", flink.toString());
    submit.environment().put("RUNWAY_SETTINGS", folder.toString());
    submit.environment().put("RUNWAY_JOBMANAGER", "127.0.0.1:" + port);
    Process process = submit.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("drift-monitor-runway is there already");
    assertThat(running(stack)).isEqualTo(before);
  }

  /** Ids of the jobs of that name. */
  private static List<String> running(TestStack stack) throws Exception {
    return stack.client().jobs().stream()
        .filter(job -> !job.ended() && job.name().equals("drift-monitor-runway"))
        .map(FlinkRest.Job::id)
        .toList();
  }
}
