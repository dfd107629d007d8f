package dev.runway.stack.supervisor;

import dev.runway.stack.Build;
import dev.runway.stack.StackFolder;
import dev.runway.stack.TemporaryFiles;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The jars of one program, copied to the stack's folder. A supervisor lives for days; a build that
 * rewrites its jars in place would take the classes away that it has not loaded yet, the ones for
 * stopping among them.
 */
final class JarCopy {

  private static final int PREFIX = 16;

  private JarCopy() {}

  /** The folder that holds the copy; the same one for the same jars. */
  static Path make(StackFolder folder, String program, List<Path> jars) throws IOException {
    Path target = folder.jars().resolve(program + "-" + Build.id(jars).substring(0, PREFIX));
    if (Files.isDirectory(target)) {
      return target;
    }
    Path partial = Files.createTempDirectory(folder.jars(), "partial-");
    for (Path jar : jars) {
      Files.copy(jar, partial.resolve(jar.getFileName()));
    }
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      TemporaryFiles.delete(partial); // Another starter was faster; its copy is as good.
    }
    return target;
  }
}
