package dev.runway.embedding.compare;

import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingStability.Rotation;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.ejml.data.DMatrixRMaj;

/**
 * Files with the matrices that bring older vectors to newer ones, in NumPy's format (version 1.0,
 * little-endian 32-bit floats, row by row): {@code x_new = x_old @ numpy.load(file)}. A file is
 * named by its pair and its content, so that writing it again changes nothing.
 */
final class RotationFiles {
  private static final int ALIGNMENT = 64;
  private static final int PREAMBLE = 10;
  private static final int PAIR_BYTES = 8;

  private final String folder;

  RotationFiles(String folder) {
    this.folder = folder;
  }

  /** Writes the rotation of a pair. */
  Rotation write(String spaceId, Pair pair, DMatrixRMaj matrix) throws IOException {
    byte[] content = npy(matrix);
    String sha256 = HexFormat.of().formatHex(sha256(content));
    String of = spaceId + '\n' + pair.before() + '\n' + pair.after();
    byte[] pairHash = sha256(of.getBytes(StandardCharsets.UTF_8));
    Path path =
        new Path(folder, HexFormat.of().formatHex(pairHash, 0, PAIR_BYTES) + "-" + sha256 + ".npy");
    try (OutputStream out = path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE)) {
      out.write(content);
    }
    return new Rotation(path.toString(), sha256);
  }

  /** Removes a file, if it is still there. */
  void remove(String uri) throws IOException {
    Path path = new Path(uri);
    path.getFileSystem().delete(path, false);
  }

  static byte[] npy(DMatrixRMaj matrix) {
    String shape =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(matrix.numRows, matrix.numCols);
    int unpadded = PREAMBLE + shape.length() + 1;
    int header = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes =
        ByteBuffer.allocate(header + Float.BYTES * matrix.getNumElements())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) 1).put((byte) 0).putShort((short) (header - PREAMBLE));
    bytes.put(shape.getBytes(StandardCharsets.US_ASCII));
    while (bytes.position() < header - 1) {
      bytes.put((byte) ' ');
    }
    bytes.put((byte) '\n');
    for (int i = 0; i < matrix.getNumElements(); i++) {
      bytes.putFloat((float) matrix.data[i]);
    }
    return bytes.array();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
