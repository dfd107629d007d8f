package dev.runway.drift.tile;

import dev.runway.drift.performance.Varints;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Counts as varints; a run of zeros is a zero and the length of the run less one. */
final class Bins {

  private Bins() {}

  static void write(DataOutput out, long[] counts, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      Varints.writeUnsigned(out, counts[i]);
      int run = i + 1;
      if (counts[i] == 0) {
        while (run < to && counts[run] == 0) {
          run++;
        }
        Varints.writeUnsigned(out, run - i - 1L);
      }
      i = run;
    }
  }

  static void read(DataInput in, long[] counts, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      counts[i] = Varints.readUnsigned(in);
      int run = 1;
      if (counts[i] == 0) {
        run += Varints.readIndex(in, to - i - 1, "run of empty bins");
      }
      i += run;
    }
  }

  static long nonNegative(long count) throws IOException {
    if (count < 0) {
      throw new IOException("count below 0");
    }
    return count;
  }
}
