package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Held while files of an archive are merged or dropped: by one program at a time, and by none while
 * a batch run of the local stack reads them, which holds it shared. Of a folder on this machine
 * only: other file systems have no locks, and there is {@link ArchiveLease}.
 */
final class ArchiveLock implements ArchiveHold {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private ArchiveLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it; a crash gives it back.
   *
   * @throws IOException if somebody else has it
   */
  static ArchiveLock take(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (locked(channel) == null) {
      channel.close();
      throw new IOException(
          root + " is in use: another compact, retain or forget, or a batch run, is under way");
    }
    return new ArchiveLock(channel);
  }

  private static @Nullable FileLock locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void require() {
    // The operating system gives it back when the process ends, and not before.
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
