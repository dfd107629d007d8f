package dev.runway.stack.batch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held while a batch run reads an archive, so that nobody merges or drops its files meanwhile. Any
 * number of runs hold it together; what changes files holds it alone.
 */
final class ArchiveUse {
  private static final String NAME = ".lock";

  private final FileChannel channel;

  private ArchiveUse(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it; a crash gives it back.
   *
   * @throws IOException if files are being merged or dropped
   */
  static ArchiveUse of(Path archive) throws IOException {
    FileChannel channel =
        FileChannel.open(
            archive.resolve(NAME),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
      channel.close();
      throw new IOException(
          "./runway archive is at work in " + archive + ": try again when it has ended");
    }
    return new ArchiveUse(channel);
  }

  void end() throws IOException {
    channel.close();
  }
}
