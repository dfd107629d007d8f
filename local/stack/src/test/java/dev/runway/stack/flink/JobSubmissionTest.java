package dev.runway.stack.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.stack.StackFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobSubmissionTest {

  private final FlinkConfiguration configuration =
      new FlinkConfiguration(new StackFolder(Path.of("/stack")));

  @Test
  void arguments_savepoint_standsBeforeTheJar() {
    List<String> arguments =
        JobSubmission.arguments(job("file:///stack/sp/savepoint-1"), configuration);

    assertThat(arguments)
        .containsSubsequence("run", "-d", "-p", "2", "-s", "file:///stack/sp/savepoint-1")
        .containsSubsequence("-s", "/stack/jars/x.jar", "--runway.namespace", "n")
        .contains("-D$internal.pipeline.job-id=0123")
        .contains(
            "-Dexecution.checkpointing.dir=file:///stack/data/flink/checkpoints/groundtruth-join");
  }

  @Test
  void arguments_emptyState_haveNoSavepoint() {
    assertThat(JobSubmission.arguments(job(null), configuration)).doesNotContain("-s");
  }

  @Test
  void rootCause_nestedExceptions_isTheInnermostWithItsWholeMessage() {
    String output =
        """
        The program finished with the following exception:

        ProgramInvocationException: main failed
        \tat a.b(C.java:1)
        Caused by: java.lang.RuntimeException: outer
        \tat a.b(C.java:2)
        Caused by: java.lang.IllegalArgumentException: no option --x
        no option --y
        \tat a.b(C.java:3)
        """;

    assertThat(JobSubmission.rootCause(output))
        .isEqualTo("Caused by: java.lang.IllegalArgumentException: no option --x\nno option --y");
  }

  private static JobLedger.Entry job(String from) {
    return new JobLedger.Entry(
        "groundtruth-join",
        "0123",
        "/stack/jars/x.jar",
        2,
        List.of("--runway.namespace", "n"),
        JobLedger.Wish.RUN,
        from,
        0);
  }
}
