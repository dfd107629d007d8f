package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlinkRestTest {

  private RestDouble cluster;
  private FlinkRest rest;

  @BeforeEach
  void start() throws IOException {
    cluster = new RestDouble();
    rest = cluster.client();
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void failsToRestore_onlyTheNewestExceptionCounts() throws Exception {
    String restore =
        "{\"stacktrace\":\"java.lang.Exception: Exception while creating StreamOperatorStateContext."
            + "\\n\\tat org.apache.flink.streaming.api.operators.StreamTaskStateInitializerImpl.x\"}";
    String other = "{\"stacktrace\":\"java.net.ConnectException: refused\"}";
    cluster.knows("/jobs/a/exceptions", history(restore, other));
    cluster.knows("/jobs/b/exceptions", history(other, restore));
    cluster.knows("/jobs/c/exceptions", "{\"exceptionHistory\":{\"entries\":[]}}");

    assertThat(rest.failsToRestore("a")).isTrue();
    assertThat(rest.failsToRestore("b")).isFalse();
    assertThat(rest.failsToRestore("c")).isFalse();
  }

  @Test
  void restoredFrom_neverRestored_isEmpty() throws Exception {
    cluster.knows("/jobs/a/checkpoints", "{\"latest\":{\"restored\":null}}");
    cluster.knows(
        "/jobs/b/checkpoints", "{\"latest\":{\"restored\":{\"external_path\":\"file:/x/chk-3\"}}}");

    assertThat(rest.restoredFrom("a")).isEmpty();
    assertThat(rest.restoredFrom("b")).contains("file:/x/chk-3");
  }

  @Test
  void lastCause_isTheInnermostOne() throws Exception {
    String nested =
        "{\"stacktrace\":\"org.apache.flink.runtime.JobException: suppressed\\n\\tat x.Y"
            + "\\nCaused by: java.io.FileNotFoundException: part-1 is gone\\n\\tat x.Z\"}";
    cluster.knows("/jobs/a/exceptions", history(nested, "{}"));
    cluster.knows("/jobs/b/exceptions", "{\"exceptionHistory\":{\"entries\":[]}}");

    assertThat(rest.lastCause("a")).contains("java.io.FileNotFoundException: part-1 is gone");
    assertThat(rest.lastCause("b")).isEmpty();
  }

  @Test
  void progress_countsStepsThatAreDone() throws Exception {
    cluster.knows(
        "/jobs/a",
        "{\"state\":\"RUNNING\",\"vertices\":[{\"status\":\"FINISHED\"},{\"status\":\"RUNNING\"}]}");

    assertThat(rest.progress("a")).contains(new FlinkRest.Progress("RUNNING", 1, 2));
    assertThat(rest.progress("b")).isEmpty();
  }

  private static String history(String first, String second) {
    return "{\"exceptionHistory\":{\"entries\":[" + first + "," + second + "]}}";
  }
}
