package dev.runway.bench.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Folders and ports of what a benchmark starts. */
public final class Place {
  private Place() {}

  /** The folder with the Maven wrapper, searched from the working folder upwards. */
  public static Path repository() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("mvnw"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no mvnw in " + here + " or above");
  }

  /** A new folder that others can pass, for a root whose PostgreSQL must run as another user. */
  public static Path temporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("runway-bench-");
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /** A port that nobody listens on now. */
  public static int freePort() throws IOException {
    // Linux gives ports from 32768 on to outgoing connections, which could take one meanwhile.
    for (int i = 0; i < 100; i++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody has this one.
      }
    }
    throw new IllegalStateException("no free port from 20000 to 32000");
  }

  /** Bytes of all files in a folder. */
  public static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Deletes a folder with all that is in it, as far as nobody writes there any more. */
  public static void delete(Path folder) {
    List<Path> inside;
    try (Stream<Path> files = Files.walk(folder)) {
      inside = files.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    inside.forEach(file -> file.toFile().delete());
  }
}
