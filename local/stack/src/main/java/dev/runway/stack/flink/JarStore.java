package dev.runway.stack.flink;

import dev.runway.stack.Sha256;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Copies of job jars by content. A rebuild while a job runs would otherwise change classes under
 * it, and a JobManager that recovers the job would fail to read its graph, again and again.
 */
public record JarStore(StackFolder folder) {

  private static final int PREFIX = 16;

  /** The stored copy of a jar; the same path for the same bytes. */
  public Path store(Path jar) throws IOException {
    Path home = folder.jars().resolve(Sha256.of(jar).substring(0, PREFIX));
    Path target = home.resolve(jar.getFileName());
    if (!Files.exists(target)) {
      StackFolder.privateFolder(home);
      Path partial = target.resolveSibling(target.getFileName() + ".partial");
      Files.copy(jar, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }
}
