package dev.runway.lineage.metaflow;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends in an error beyond so many bytes: a few packed ones can be any number unpacked. */
final class Bounded extends FilterInputStream {
  private final int most;
  private int left;

  Bounded(InputStream in, int most) {
    super(in);
    this.most = most;
    this.left = most;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    count(Math.max(0, read));
    return read;
  }

  private void count(int read) throws IOException {
    left -= read;
    if (left < 0) {
      throw new IOException("more than " + most + " bytes");
    }
  }
}
