package dev.runway.drift.performance;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Longs in 1 to 10 bytes: 7 bits a byte, lowest first; signed ones zigzag, so small stays small.
 */
public final class Varints {

  private Varints() {}

  /** Writes one of either sign. */
  public static void writeSigned(DataOutput out, long value) throws IOException {
    writeUnsigned(out, (value << 1) ^ (value >> 63));
  }

  /** Reads what {@link #writeSigned} wrote. */
  public static long readSigned(DataInput in) throws IOException {
    long value = readUnsigned(in);
    return (value >>> 1) ^ -(value & 1);
  }

  /** Writes one that is mostly above 0; one below takes 10 bytes. */
  public static void writeUnsigned(DataOutput out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** Reads what {@link #writeUnsigned} wrote. */
  public static long readUnsigned(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = in.readUnsignedByte();
      value |= (next & 0x7fL) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new IOException("varint of more than 10 bytes");
  }

  /** Reads a count or index and refuses what is beyond its limit, before anything is allocated. */
  public static int readIndex(DataInput in, int limit, String what) throws IOException {
    long value = readUnsigned(in);
    if (value < 0 || value > limit) {
      throw new IOException(what + " " + value + " exceeds " + limit);
    }
    return (int) value;
  }
}
