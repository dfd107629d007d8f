package dev.runway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders of servers. Each names the JVM that made it, so that whoever comes next can clean up
 * after a JVM that was killed.
 */
final class TemporaryFolder {

  private static final String OWNER = "owner";

  private TemporaryFolder() {}

  /** A new folder that others can pass, for a root whose server must run as another user. */
  static Path make(String prefix) {
    try {
      Path folder = Files.createTempDirectory(prefix);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      ProcessHandle self = ProcessHandle.current();
      Path owner = folder.resolve(OWNER + ".new");
      Files.writeString(owner, self.pid() + " " + started(self));
      Files.move(owner, folder.resolve(OWNER));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder", e);
    }
  }

  /** Folders of that prefix whose JVM is gone. */
  static List<Path> abandoned(String prefix) {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, prefix + "*")) {
      for (Path folder : folders) {
        if (isAbandoned(folder.resolve(OWNER))) {
          found.add(folder);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for abandoned folders in " + temporary, e);
    }
    return found;
  }

  private static boolean isAbandoned(Path owner) throws IOException {
    if (!Files.isReadable(owner)) {
      return false; // Being made, or another user's.
    }
    try {
      String[] words = Files.readString(owner).strip().split(" ", -1);
      Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(words[0]));
      return process.filter(found -> started(found).equals(words[1])).isEmpty();
    } catch (NoSuchFileException e) {
      return false; // Its JVM, or another sweeper, removed it just now.
    }
  }

  /** A process id alone may have been given to another process since. */
  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  /** Removes an abandoned folder, or leaves it to the next sweeper when something still writes. */
  static void sweep(Path folder) {
    try {
      remove(folder);
    } catch (UncheckedIOException e) {
      System.err.println("not removed yet: " + e.getMessage());
    }
  }

  /** Removes a folder with all that is in it. */
  static void remove(Path folder) {
    try {
      List<Path> inside;
      try (Stream<Path> paths = Files.walk(folder)) {
        inside = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : inside) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
