package dev.runway.demo.replay;

import dev.runway.model.EventTime;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Lines of a file, found again by number. Holds 20 bytes a line in memory: where it begins, how
 * long it is, and the time inside. A gzip file is unpacked first, into a file without a name.
 */
final class LineFile implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileChannel channel;
  private long[] offsets = new long[1024];
  private int[] lengths = new int[1024];
  private long[] times = new long[1024];
  private int size;

  private LineFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens and indexes a file.
   *
   * @param file JSON lines; gzip when it begins like gzip, whatever its name
   * @param temporary folder with room for what is unpacked
   */
  static LineFile open(Path file, EventTime eventTime, Path temporary) throws IOException {
    FileChannel channel =
        isGzip(file) ? unpack(file, temporary) : FileChannel.open(file, StandardOpenOption.READ);
    LineFile lines = new LineFile(channel);
    try {
      lines.index(Channels.newInputStream(channel), eventTime);
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
    return lines;
  }

  private static boolean isGzip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  private static FileChannel unpack(Path file, Path temporary) throws IOException {
    Path path = Files.createTempFile(temporary, "replay-", ".jsonl");
    FileChannel unpacked =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    // It lives on without a name: whatever ends this process, nothing is left behind.
    Files.delete(path);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      in.transferTo(Channels.newOutputStream(unpacked));
      return unpacked.position(0);
    } catch (IOException e) {
      unpacked.close();
      throw new IOException(file + " cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private void index(InputStream file, EventTime eventTime) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    byte[] line = new byte[1024];
    int length = 0;
    long offset = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '\n') {
        add(offset, line, length, eventTime);
        offset += length + 1L;
        length = 0;
      } else {
        if (length == line.length) {
          line = Arrays.copyOf(line, Math.multiplyExact(length, 2));
        }
        line[length++] = (byte) b;
      }
    }
    if (length > 0) {
      add(offset, line, length, eventTime);
    }
  }

  private void add(long offset, byte[] line, int length, EventTime eventTime) {
    if (size == offsets.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
      times = Arrays.copyOf(times, size * 2);
    }
    boolean windowsEnd = length > 0 && line[length - 1] == '\r';
    int kept = windowsEnd ? length - 1 : length;
    offsets[size] = offset;
    lengths[size] = kept;
    times[size] = eventTime.millis(Arrays.copyOf(line, kept));
    size++;
  }

  int size() {
    return size;
  }

  /** Time inside a line, or {@link EventTime#NONE}. */
  long millis(int line) {
    return times[line];
  }

  /** The bytes of a line without its end. */
  byte[] bytes(int line) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(lengths[line]);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offsets[line] + bytes.position()) < 0) {
        throw new EOFException("the file has become shorter while it was replayed");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
