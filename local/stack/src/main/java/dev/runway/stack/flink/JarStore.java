package dev.runway.stack.flink;

import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Copies of job jars by content. A rebuild while a job runs would otherwise change classes under
 * it, and a JobManager that recovers the job would fail to read its graph, again and again.
 */
public record JarStore(StackFolder folder) {

  private static final int PREFIX = 16;

  /** The stored copy of a jar; the same path for the same bytes. */
  public Path store(Path jar) throws IOException {
    Path home = folder.jars().resolve(hash(jar).substring(0, PREFIX));
    Path target = home.resolve(jar.getFileName());
    if (!Files.exists(target)) {
      StackFolder.privateFolder(home);
      Path partial = target.resolveSibling(target.getFileName() + ".partial");
      Files.copy(jar, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    }
    return target;
  }

  private static String hash(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
