package dev.runway.stack.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveUseTest {
  @TempDir Path archive;

  /** Of one process the system says it by an exception, of two by refusing the lock. */
  @Test
  void whoeverChangesFiles_waitsForTheRun() throws IOException {
    ArchiveUse run = ArchiveUse.of(archive);
    try (FileChannel other = FileChannel.open(archive.resolve(".lock"), StandardOpenOption.WRITE)) {
      assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);

      run.end();

      assertThat(other.tryLock()).isNotNull();
    }
  }
}
