package dev.runway.stack;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Folders whose content means nothing to the next process. */
public final class TemporaryFiles {

  private TemporaryFiles() {}

  /** Leaves an empty folder. */
  public static void sweep(Path folder) throws IOException {
    delete(folder);
    StackFolder.privateFolder(folder);
  }

  /** Deletes everything in a folder but one entry. */
  public static void sweepExcept(Path folder, String kept) throws IOException {
    List<Path> entries;
    try (Stream<Path> all = Files.list(folder)) {
      entries = all.filter(entry -> !entry.getFileName().toString().equals(kept)).toList();
    }
    for (Path entry : entries) {
      delete(entry);
    }
  }

  /**
   * Deletes a folder with all that is in it; links are deleted, never followed. A file that
   * somebody else deletes meanwhile is as good as deleted.
   */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
