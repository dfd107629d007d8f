package dev.runway.profile.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of bytes, each of a bounded length: a file without line ends must not fill the memory. */
final class Lines implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] chunk = new byte[CHUNK];
  private int at;
  private int end;
  private byte[] line = new byte[1024];
  private int length;
  private long number;

  Lines(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads a line, without its end.
   *
   * @return false at the end of the file
   * @throws BadRow if it is too long; the next call reads the one behind it
   */
  boolean next() throws IOException, BadRow {
    length = 0;
    boolean any = false;
    long bytes = 0;
    while (at < end || fill()) {
      any = true;
      int stop = lineEnd();
      bytes += stop - at;
      if (bytes <= maxBytes) {
        append(stop);
      }
      at = stop;
      if (at < end) {
        at++;
        break;
      }
    }
    if (!any) {
      return false;
    }
    number++;
    if (bytes > maxBytes) {
      throw new BadRow(bytes + " bytes, at most " + maxBytes);
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return true;
  }

  private int lineEnd() {
    int i = at;
    while (i < end && chunk[i] != '\n') {
      i++;
    }
    return i;
  }

  private void append(int stop) {
    int more = stop - at;
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
    }
    System.arraycopy(chunk, at, line, length, more);
    length += more;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(chunk));
    return end > 0;
  }

  /** The bytes of the line; only the first {@link #length}, and until the next call. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /** From 1. */
  long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
