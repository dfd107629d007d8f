package dev.runway.embedding.compare;

import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingStability.Rotation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/**
 * Files with the matrices that bring older vectors to newer ones, in NumPy's format (version 1.0,
 * little-endian 32-bit floats, row by row): {@code x_new = x_old @ numpy.load(file)}. A file is
 * named by its pair and its content, so that writing it again changes nothing.
 */
final class RotationFiles {
  private static final int ALIGNMENT = 64;
  private static final int PREAMBLE = 10;
  private static final int PAIR_BYTES = 8;
  private static final String SUFFIX = ".npy";

  /** After so long nobody reads what a newer result has taken the place of. */
  private static final long READ_MILLIS = Duration.ofHours(1).toMillis();

  private final String folder;

  RotationFiles(String folder) {
    this.folder = folder;
  }

  String folder() {
    return folder;
  }

  /**
   * Writes the rotation of a pair, and removes those of it that nobody can be at any more: what was
   * told an hour ago has been in the table for long. A younger one may be the table's still: it is
   * behind by seconds, and after a restore the last result here is an earlier one than there.
   *
   * @param last the one before, which stays; null for none
   */
  Rotation write(String spaceId, Pair pair, DMatrixRMaj matrix, @Nullable Rotation last)
      throws IOException {
    byte[] content = npy(matrix);
    String sha256 = HexFormat.of().formatHex(sha256(content));
    Path path = new Path(folder, prefix(spaceId, pair) + sha256 + SUFFIX);
    try (OutputStream out = path.getFileSystem().create(path, FileSystem.WriteMode.OVERWRITE)) {
      out.write(content);
    }
    String lastSha256 = last == null ? sha256 : last.sha256();
    // The clock on the wall, for that is what the file system dates files by. It decides only when
    // a file goes that no result names any more, and nothing of what is told.
    removeAll(spaceId, pair, List.of(sha256, lastSha256), System.currentTimeMillis() - READ_MILLIS);
    return new Rotation(path.toString(), sha256);
  }

  /** Removes all rotations of a pair that has ended: its last result names none. */
  void remove(String spaceId, Pair pair) throws IOException {
    removeAll(spaceId, pair, List.of(), Long.MAX_VALUE);
  }

  /** Those too that a job wrote which failed before its next checkpoint. */
  private void removeAll(String spaceId, Pair pair, List<String> but, long writtenBeforeMillis)
      throws IOException {
    Path of = new Path(folder);
    String prefix = prefix(spaceId, pair);
    for (FileStatus file : files(of)) {
      String name = file.getPath().getName();
      if (name.startsWith(prefix)
          && name.endsWith(SUFFIX)
          && file.getModificationTime() < writtenBeforeMillis
          && !but.contains(name.substring(prefix.length(), name.length() - SUFFIX.length()))) {
        of.getFileSystem().delete(file.getPath(), false);
      }
    }
  }

  /** Of a folder that is not there some file systems say nothing, and some throw. */
  private static FileStatus[] files(Path folder) throws IOException {
    try {
      FileStatus[] files = folder.getFileSystem().listStatus(folder);
      return files == null ? new FileStatus[0] : files;
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private static String prefix(String spaceId, Pair pair) {
    String of = spaceId + '\n' + pair.before() + '\n' + pair.after();
    byte[] hash = sha256(of.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, PAIR_BYTES) + "-";
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
