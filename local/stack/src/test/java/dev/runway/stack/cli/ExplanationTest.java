package dev.runway.stack.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  @Test
  void expectedErrors_areTheirMessage() {
    assertThat(Explanation.of(new IOException("the stack did not start")))
        .isEqualTo("the stack did not start");
    assertThat(Explanation.of(new NoSuchFileException("p.jsonl")))
        .isEqualTo("no such file: p.jsonl");
    assertThat(Explanation.of(new AccessDeniedException("p.jsonl")))
        .isEqualTo("not allowed: p.jsonl");
  }

  @Test
  void ctrlC_isNoError_howeverWrapped() {
    assertThat(Explanation.of(new IllegalArgumentException(new InterruptedException())))
        .isEqualTo("interrupted");
    assertThat(Explanation.of(new FileLockInterruptionException())).isEqualTo("interrupted");
    assertThat(Explanation.of(new ClosedByInterruptException())).isEqualTo("interrupted");
  }

  @Test
  void ourOwnMistakes_sayWhereToLook() {
    assertThat(Explanation.of(new NullPointerException()))
        .contains("NullPointerException", "--debug");
  }
}
