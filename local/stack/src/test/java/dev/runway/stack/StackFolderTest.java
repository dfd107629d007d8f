package dev.runway.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackFolderTest {

  @TempDir Path root;

  @Test
  void create_folderOfOtherThings_isRefusedAndUntouched() throws IOException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(root.resolve("precious"), "keep");
    StackFolder folder = new StackFolder(root);

    assertThatThrownBy(folder::create)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds other things");
    assertThat(folder.isStack()).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwxr-xr-x");
    assertThat(root.toFile().list()).containsExactly("precious");
  }

  @Test
  void create_emptyMissingOrOwnFolder_isTaken() throws IOException {
    StackFolder empty = new StackFolder(root);
    empty.create();
    StackFolder missing = new StackFolder(root.resolve("tmp/a/b"));
    missing.create();
    missing.create();

    assertThat(empty.isStack()).isTrue();
    assertThat(missing.isStack()).isTrue();
  }

  @Test
  void create_folderOfBeforeTheMarker_isTaken() throws IOException {
    StackFolder folder = new StackFolder(root.resolve("stack"));
    folder.create();
    Files.delete(folder.root().resolve("runway-stack"));

    assertThat(folder.isStack()).isTrue();
    folder.create();
    assertThat(folder.root().resolve("runway-stack")).exists();
  }
}
