package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Compares what a test made with what an earlier release made, kept under {@code
 * src/test/resources/golden} of the module.
 *
 * <p>{@code -Dgolden.write=true} writes a file that is missing. A file that exists is never
 * overwritten: who wants another content removes it first, so that the change is seen in review.
 */
public final class GoldenFiles {

  /** System property that allows writing missing files. */
  public static final String WRITE = "golden.write";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final boolean write;

  /** The golden files of the module whose tests run. */
  public GoldenFiles() {
    this(Path.of("src", "test", "resources", "golden"), Boolean.getBoolean(WRITE));
  }

  GoldenFiles(Path folder, boolean write) {
    this.folder = folder;
    this.write = write;
  }

  /**
   * Requires the same bytes.
   *
   * @param name path below the golden folder, such as {@code state/waiting-prediction-v1.bin}
   * @throws AssertionError if the file is missing or differs
   */
  public void requireBytes(String name, byte[] actual) {
    assertThat(expected(name, actual)).as("golden file %s", file(name)).isEqualTo(actual);
  }

  /** Requires the same text, line for line. */
  public void requireText(String name, String actual) {
    byte[] expected = expected(name, actual.getBytes(StandardCharsets.UTF_8));
    assertThat(actual)
        .as("golden file %s", file(name))
        .isEqualTo(new String(expected, StandardCharsets.UTF_8));
  }

  /** Requires the same JSON value; white space and the order of fields do not count. */
  public void requireJson(String name, String actual) {
    JsonNode actualTree = tree(actual);
    byte[] pretty = (actualTree.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    JsonNode expected = tree(new String(expected(name, pretty), StandardCharsets.UTF_8));
    assertThat(actualTree).as("golden file %s", file(name)).isEqualTo(expected);
  }

  /** The content of a golden file, for instance to read old state with new code. */
  public byte[] read(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException("no golden file " + file(name), e);
    }
  }

  private byte[] expected(String name, byte[] actual) {
    Path file = file(name);
    if (!Files.exists(file)) {
      if (!write) {
        throw new AssertionError("no golden file " + file + ": -D" + WRITE + "=true writes it");
      }
      create(file, actual);
    }
    return read(name);
  }

  private static void create(Path file, byte[] content) {
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write golden file " + file, e);
    }
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private Path file(String name) {
    return folder.resolve(name);
  }
}
