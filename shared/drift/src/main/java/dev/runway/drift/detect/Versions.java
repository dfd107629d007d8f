package dev.runway.drift.detect;

import java.io.DataInput;
import java.io.IOException;

/** The first byte of every stored detector. */
final class Versions {

  private Versions() {}

  static void require(DataInput in, int known, String what) throws IOException {
    int version = in.readUnsignedByte();
    if (version != known) {
      throw new IOException(what + " of version " + version + ", known is " + known);
    }
  }
}
