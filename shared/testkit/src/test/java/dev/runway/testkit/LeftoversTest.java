package dev.runway.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What tools leave behind beside a file is not packed into a jar with it. */
class LeftoversTest {
  private static final Path HOME = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Set<String> NOT_OURS =
      Set.of(".git", ".runway", "target", "node_modules", ".idea", ".vscode");

  @Test
  void noFile_isWhatAMergeOrAnEditorHasLeft() throws IOException {
    List<Path> leftovers = new ArrayList<>();
    List<Path> ours = new ArrayList<>();
    Files.walkFileTree(
        HOME,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) {
            return NOT_OURS.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
            ours.add(file);
            if (file.getFileName().toString().matches(".*(\\.orig|\\.rej|~)")) {
              leftovers.add(HOME.relativize(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });

    assertThat(ours).contains(HOME.resolve("README.md"));
    assertThat(leftovers).isEmpty();
  }
}
