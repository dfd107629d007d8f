package dev.runway.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldJarsTest {

  @TempDir Path root;
  private Path lib;

  @BeforeEach
  void makeJars() throws IOException {
    lib = Files.createDirectory(root.resolve("lib"));
    for (String name : new String[] {"a-1.jar", "a-2.jar", "b-1.jar", "runway-broker-1.jar"}) {
      Files.createFile(lib.resolve(name));
    }
  }

  @Test
  void prune_versionsTheBuildDoesNotName_areDeleted() throws IOException {
    Files.writeString(root.resolve("lib.jars"), "lib/a-2.jar:lib/b-1.jar\n");

    OldJars.prune(lib);

    assertThat(lib.toFile().list())
        .containsExactlyInAnyOrder("a-2.jar", "b-1.jar", "runway-broker-1.jar");
  }

  @Test
  void prune_noList_deletesNothing() throws IOException {
    OldJars.prune(lib);

    assertThat(lib.toFile().list()).hasSize(4);
  }

  @Test
  void classPaths_ofThisBuild_areNamedWhole() throws IOException {
    for (Path folder : new Installation(Path.of("../..")).classPaths()) {
      Path list = folder.resolveSibling(folder.getFileName() + ".jars");
      if (Files.exists(list)) { // Only the package phase writes them.
        assertThat(Files.readString(list).strip().split(":"))
            .allSatisfy(jar -> assertThat(folder.resolveSibling(jar)).exists());
      }
    }
  }
}
