package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.Ports;
import dev.runway.stack.flink.FlinkRest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
class ScriptsITCase {

  @Test
  void jobThatRuns_isNotSubmittedASecondTime(TestStack stack, @TempDir Path folder)
      throws Exception {
    int port = stack.client().ports().of(Ports.FLINK_UI);
    Scripts scripts = Scripts.in(folder);
    scripts.settings("drift-monitor", "");
    List<String> before = running(stack);
    assertThat(before).hasSize(1);

    Scripts.Ended ended =
        scripts.run("submit.sh", Map.of("RUNWAY_JOBMANAGER", "127.0.0.1:" + port), "drift-monitor");

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
}
