package dev.runway.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterruptionTest {

  /** Works until it is told to end; says in which order things end. */
  public static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws Exception {
      Interruption.guard(Worker::workForever, () -> System.out.println("cleaned"));
    }

    private static int workForever() throws InterruptedException {
      System.out.println("working");
      try {
        new CountDownLatch(1).await();
        return 0;
      } finally {
        System.out.println("left");
      }
    }
  }

  @Test
  void toldToEnd_workLeavesBeforeTheCleaning() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Worker.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("working");

      // Not the method of Process, which closes the pipe too.
      process.toHandle().destroy();

      assertThat(out.lines().toList()).isEqualTo(List.of("left", "cleaned"));
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void workThatEnds_isNotCleanedUpAfter() throws IOException, InterruptedException {
    int exit =
        Interruption.guard(
            () -> 3,
            () -> {
              throw new IOException("nobody asked for this");
            });

    assertThat(exit).isEqualTo(3);
  }
}
