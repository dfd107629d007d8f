package dev.runway.embedding.compare;

import static dev.runway.embedding.TestingSpaces.space;
import static dev.runway.embedding.compare.CompareHarness.vector;
import static dev.runway.embedding.compare.CompareHarness.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.runway.embedding.SomeVectors;
import dev.runway.embedding.TestingSpaces;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Rotation;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotationFilesTest {
  private static final int ITEMS = 1_200;
  private static final float[][] V1 = SomeVectors.clustered(ITEMS, 1);
  private static final float[][] V2 = SomeVectors.rotated(V1);

  @TempDir Path folder;

  private final TestingSpaces spaces =
      new TestingSpaces().write(TestingSpaces.withoutBaseline(space(Usage.COORDINATES)));

  @Test
  void file_hasTheMatrixThatBringsOlderVectorsToNewerOnes_andItsChecksum() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces, folder)) {
      EmbeddingStability stability =
          harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).judges();

      Rotation rotation = stability.rotation();
      byte[] content = Files.readAllBytes(Path.of(URI.create(rotation.uri())));
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      assertThat(rotation.sha256()).isEqualTo(HexFormat.of().formatHex(hash));
      float[][] matrix = read(content);
      for (int i = 0; i < ITEMS; i += 100) {
        for (int j = 0; j < matrix.length; j++) {
          double sum = 0;
          for (int k = 0; k < matrix.length; k++) {
            sum += V1[i][k] * matrix[k][j];
          }
          assertThat(sum).isCloseTo(V2[i][j], within(1e-4));
        }
      }
    }
  }

  /** As NumPy's own documentation says it is. */
  private static float[][] read(byte[] npy) {
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    assertThat(bytes.position() % 64).isZero();
    assertThat(new String(header, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (8, 8), }")
        .endsWith(" \n");
    float[][] matrix = new float[8][8];
    for (float[] row : matrix) {
      bytes.asFloatBuffer().get(row);
      bytes.position(bytes.position() + Float.BYTES * row.length);
    }
    assertThat(bytes.hasRemaining()).isFalse();
    return matrix;
  }

  @Test
  void widerMatrix_isWrittenRowByRow() {
    byte[] npy = RotationFiles.npy(new DMatrixRMaj(new double[][] {{1, 2, 3}, {4, 5, 6}}));

    assertThat(new String(npy, StandardCharsets.ISO_8859_1)).contains("'shape': (2, 3), }");
    ByteBuffer bytes = ByteBuffer.wrap(npy).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[6];
    bytes.position(npy.length - 6 * Float.BYTES).asFloatBuffer().get(values);
    assertThat(values).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void filesOfOlderResults_areRemovedAfterAnHour_saveTheLastOne() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces, folder)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).judges();
      for (int i = 0; i < 4; i++) {
        String before = harness.told().get(harness.told().size() - 1).rotation().uri();
        age();
        harness.takes(vector("v2", i, V1[i], CompareHarness.START + 60_000L * (i + 1)));
        String now = harness.judges().rotation().uri();

        assertThat(files()).containsExactlyInAnyOrder(name(before), name(now));
      }
    }
  }

  /** The table is behind, and names one of them. */
  @Test
  void filesOfYoungerResults_stay() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces, folder)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).judges();
      for (int i = 0; i < 3; i++) {
        harness.takes(vector("v2", i, V1[i], CompareHarness.START + 60_000L * (i + 1))).judges();
      }

      assertThat(files()).hasSize(4);
    }
  }

  private void age() throws IOException {
    for (String file : files()) {
      Files.setLastModifiedTime(
          folder.resolve(file), FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
  }

  /** As a job leaves it that failed before its checkpoint. */
  @Test
  void filesOfResultsThatWereForgotten_goWithTheNextOne() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces, folder)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).judges();
      String last = name(harness.told().get(0).rotation().uri());
      Files.writeString(folder.resolve(last.replaceAll("-.*", "-" + "0".repeat(64) + ".npy")), "");
      Files.writeString(folder.resolve("of-somebody-else.npy"), "");
      age();
      harness.takes(vector("v2", 0, V1[0], CompareHarness.START + 60_000));

      String now = name(harness.judges().rotation().uri());
      assertThat(files()).containsExactlyInAnyOrder(last, now, "of-somebody-else.npy");
    }
  }

  @Test
  void pairThatIsNotComparedAnyMore_leavesNoFile() throws Exception {
    try (CompareHarness harness = new CompareHarness(spaces, folder)) {
      harness.takes(vectors("v1", V1)).takes(vectors("v2", V2)).judges();
      assertThat(files()).hasSize(1);
      spaces.remove(TestingSpaces.SPACE);

      assertThat(harness.judges().rotation()).isNull();
      assertThat(files()).isEmpty();
    }
  }

  /** Nothing of the vectors is wrong: the verdict is told, and the file is tried again. */
  @Test
  void folderThatCannotBeWritten_costsTheFileAlone() throws Exception {
    Path blocked = Files.writeString(folder.resolve("blocked"), "a file, and no folder");
    try (CompareHarness harness = new CompareHarness(spaces, blocked)) {
      EmbeddingStability stability =
          CompareHarness.newest(
              harness
                  .takes(vectors("v1", V1))
                  .takes(vectors("v2", V2))
                  .looksAfter(Duration.ofMinutes(10)),
              "v2");
      assertThat(stability.compatibility()).isEqualTo(Compatibility.ROTATED);
      assertThat(stability.rotation()).isNull();

      Files.delete(blocked);
      assertThat(harness.judges().rotation()).isNotNull();
      assertThat(harness.looks()).isEmpty();
    }
  }

  private static String name(String uri) {
    return uri.substring(uri.lastIndexOf('/') + 1);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
