package dev.runway.drift.embedding;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Numbers as bytes, big-endian; what is read is checked, for it may come from outside. */
final class Numbers {

  private Numbers() {}

  static void write(DataOutput out, double[] values) throws IOException {
    for (double value : values) {
      out.writeDouble(value);
    }
  }

  static double[] read(DataInput in, double[] into) throws IOException {
    for (int i = 0; i < into.length; i++) {
      into[i] = finite(in);
    }
    return into;
  }

  static double finite(DataInput in) throws IOException {
    double value = in.readDouble();
    if (!Double.isFinite(value)) {
      throw new IOException("a sum is " + value);
    }
    return value;
  }

  static long count(DataInput in) throws IOException {
    long count = in.readLong();
    if (count < 0) {
      throw new IOException("a count is " + count);
    }
    return count;
  }
}
