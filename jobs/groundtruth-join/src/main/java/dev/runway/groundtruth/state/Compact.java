package dev.runway.groundtruth.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Numbers and texts in few bytes. The layouts are part of stored state and never change. */
final class Compact {
  private Compact() {}

  /** 7 bits a byte, least significant first; small values of either sign are short. */
  static void writeLong(DataOutput out, long value) throws IOException {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  static long readLong(DataInput in) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.readByte();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IOException("an integer of more than 10 bytes: the state is not what it should be");
  }

  static int readInt(DataInput in) throws IOException {
    return Math.toIntExact(readLong(in));
  }

  /** A span of milliseconds; whole seconds, which most are, take two or three bytes. */
  static void writeSpan(DataOutput out, long millis) throws IOException {
    writeLong(out, millis % 1000 == 0 ? millis / 1000 * 2 : millis * 2 + 1);
  }

  static long readSpan(DataInput in) throws IOException {
    long coded = readLong(in);
    return (coded & 1) == 0 ? coded / 2 * 1000 : (coded - 1) / 2;
  }

  static void writeText(DataOutput out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeLong(out, bytes.length);
    out.write(bytes);
  }

  static String readText(DataInput in) throws IOException {
    byte[] bytes = new byte[readInt(in)];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Nothing for NaN, which stands for an absent number. */
  static void writeIfPresent(DataOutput out, double number) throws IOException {
    if (!Double.isNaN(number)) {
      out.writeDouble(number);
    }
  }

  static void writeIfPresent(DataOutput out, @Nullable String text) throws IOException {
    if (text != null) {
      writeText(out, text);
    }
  }

  /** A number that is there, or NaN. */
  static double readNumber(DataInput in, boolean present) throws IOException {
    return present ? in.readDouble() : Double.NaN;
  }

  static @Nullable String readText(DataInput in, boolean present) throws IOException {
    return present ? readText(in) : null;
  }
}
