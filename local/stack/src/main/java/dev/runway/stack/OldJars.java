package dev.runway.stack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Deletes jars of earlier builds. Maven copies dependencies beside the older ones, so that after a
 * change of version both would be on the class path.
 */
public final class OldJars {

  private OldJars() {}

  /** Goes through the class paths of a checkout; call it when nothing runs from them. */
  public static void prune(Installation installation) throws IOException {
    for (Path folder : installation.classPaths()) {
      prune(folder);
    }
  }

  /** Deletes what the list beside a folder does not name; without a list nothing. */
  static void prune(Path folder) throws IOException {
    Path list = folder.resolveSibling(folder.getFileName() + ".jars");
    if (!Files.isRegularFile(list) || !Files.isDirectory(folder)) {
      return;
    }
    Set<String> named =
        Stream.of(Files.readString(list).strip().split(":"))
            .map(jar -> Path.of(jar).getFileName().toString())
            .collect(Collectors.toSet());
    if (!named.stream().allMatch(name -> name.endsWith(".jar"))) {
      return; // Of a build that did not go as far as jars: it cannot tell what belongs here.
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        if (!named.contains(jar.getFileName().toString()) && !isOwn(jar)) {
          Files.delete(jar);
        }
      }
    }
  }

  /** The broker's own jar lies among its dependencies, which are all the list names. */
  private static boolean isOwn(Path jar) {
    return jar.getFileName().toString().startsWith("runway-broker-");
  }
}
