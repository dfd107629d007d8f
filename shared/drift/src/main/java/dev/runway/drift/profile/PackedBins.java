package dev.runway.drift.profile;

import dev.runway.drift.distribution.Edges;
import dev.runway.drift.performance.Varints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Fine edges and counts as bytes.
 *
 * <p>Edges: how many, then one varint each. An edge that is a float is the difference of its rank
 * among all floats to that of the last one, plus one; any other is 0 and eight bytes. Wide edges
 * are left out, as they stand beside. Counts: one varint each.
 */
final class PackedBins {

  static final int MAX_EDGES = 4096;

  private PackedBins() {}

  static byte[] packEdges(Edges wide, Edges fine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    double[] extra =
        Arrays.stream(fine.toArray())
            .filter(edge -> wide.size() == 0 || !contains(wide, edge))
            .toArray();
    try {
      Varints.writeUnsigned(out, extra.length);
      long last = Integer.MIN_VALUE;
      for (double edge : extra) {
        if ((float) edge == edge) {
          long rank = rank((float) edge);
          Varints.writeUnsigned(out, rank - last + 1);
          last = rank;
        } else {
          Varints.writeUnsigned(out, 0);
          out.writeDouble(edge);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static boolean contains(Edges edges, double value) {
    int bin = edges.bin(value);
    return bin < edges.size() && edges.get(bin) == value;
  }

  /** Ascends with the float. */
  private static int rank(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ ((bits >> 31) >>> 1);
  }

  private static float ofRank(long rank) throws IOException {
    if (rank < Integer.MIN_VALUE || rank > Integer.MAX_VALUE) {
      throw new IOException("an edge is no float");
    }
    int bits = (int) rank;
    return Float.intBitsToFloat(bits ^ ((bits >> 31) >>> 1));
  }

  /** All fine edges; throws with the reason if the bytes are not what they should be. */
  static Edges unpackEdges(Edges wide, byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      double[] extra = new double[Varints.readIndex(in, MAX_EDGES, "number of edges")];
      long last = Integer.MIN_VALUE;
      for (int i = 0; i < extra.length; i++) {
        long step = Varints.readUnsigned(in);
        if (step == 0) {
          extra[i] = in.readDouble();
        } else {
          last += step - 1;
          extra[i] = ofRank(last);
        }
      }
      requireEnd(in);
      return wide.union(Edges.of(extra));
    } catch (EOFException e) {
      throw new IOException("breaks off", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  static byte[] packCounts(long[] counts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (long count : counts) {
        Varints.writeUnsigned(out, count);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static long[] unpackCounts(byte[] bytes, int size) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    long[] counts = new long[size];
    try {
      for (int i = 0; i < size; i++) {
        counts[i] = Varints.readUnsigned(in);
      }
      requireEnd(in);
      return counts;
    } catch (EOFException e) {
      throw new IOException("breaks off before count " + size, e);
    }
  }

  private static void requireEnd(DataInputStream in) throws IOException {
    if (in.available() > 0) {
      throw new IOException(in.available() + " bytes too many");
    }
  }
}
