package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoldenFilesTest {

  @TempDir Path folder;

  @Test
  void missingFile_failsAndSaysHowToWriteIt() {
    var files = new GoldenFiles(folder, false);

    assertThatThrownBy(() -> files.requireText("a.txt", "x"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("-Dgolden.write=true");
    assertThat(folder.resolve("a.txt")).doesNotExist();
  }

  @Test
  void writing_makesAMissingFileButKeepsADifferentOne() throws Exception {
    var files = new GoldenFiles(folder, true);

    files.requireBytes("state/one.bin", new byte[] {1, 2});
    assertThatThrownBy(() -> files.requireBytes("state/one.bin", new byte[] {1, 3}))
        .isInstanceOf(AssertionError.class);

    assertThat(Files.readAllBytes(folder.resolve("state/one.bin"))).containsExactly(1, 2);
  }

  @Test
  void json_ignoresLayoutButNotValues() throws Exception {
    Files.writeString(folder.resolve("a.json"), "{\"a\": 1,\n \"b\": [2, 3]}");
    var files = new GoldenFiles(folder, false);

    files.requireJson("a.json", "{\"b\":[2,3],\"a\":1}");
    assertThatThrownBy(() -> files.requireJson("a.json", "{\"b\":[3,2],\"a\":1}"))
        .isInstanceOf(AssertionError.class);
  }
}
