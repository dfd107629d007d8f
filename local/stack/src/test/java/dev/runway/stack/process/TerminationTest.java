package dev.runway.stack.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TerminationTest {

  @Test
  void end_processIgnoresSigterm_isKilled() throws IOException, InterruptedException {
    Process stubborn =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done")
            .start();
    assertThat(stubborn.inputReader().readLine()).isEqualTo("ready");
    ProcessIdentity identity = ProcessIdentity.of(stubborn.pid()).orElseThrow();

    assertThat(Termination.end(identity, Duration.ofMillis(300))).isTrue();
    assertThat(identity.alive()).isFalse();
  }

  @Test
  void end_strangerWithTheSamePid_isLeftAlone() throws IOException, InterruptedException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      ProcessIdentity real = ProcessIdentity.of(stranger.pid()).orElseThrow();
      ProcessIdentity gone = new ProcessIdentity(real.pid(), real.startTicks() - 5, real.boot());

      assertThat(Termination.end(gone, Duration.ofMillis(300))).isTrue();
      assertThat(real.alive()).isTrue();
    } finally {
      stranger.destroyForcibly();
    }
  }
}
