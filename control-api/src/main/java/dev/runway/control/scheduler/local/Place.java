package dev.runway.control.scheduler.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/**
 * Where runs are: which folder, by an id that is kept in it, and on which machine. A folder that
 * two machines share is two places, for the processes of one are not seen from the other; and so
 * are two folders of one path, as in two containers.
 */
record Place(String folder, String machine) {
  /** Whichever is there first: an id for as long as the system is installed, else a name. */
  private static final List<Path> NAMES =
      List.of(Path.of("/etc/machine-id"), Path.of("/proc/sys/kernel/hostname"));

  /** The place of a folder, which is made if it is not there. */
  static Place of(Path folder) throws IOException {
    return new Place(id(folder), machine(NAMES));
  }

  /**
   * The place of a folder that has one.
   *
   * @throws NoSuchFileException if it has none
   */
  static Place in(Path folder) throws IOException {
    return new Place(Files.readString(file(folder)).strip(), machine(NAMES));
  }

  private static Path file(Path folder) {
    return folder.resolve("place");
  }

  static String machine(List<Path> names) throws IOException {
    for (Path file : names) {
      String name = Files.isReadable(file) ? Files.readString(file).strip() : "";
      if (!name.isEmpty()) {
        return name;
      }
    }
    return "unnamed";
  }

  /**
   * Two that look at once get the same: it is written aside, and whoever links it first has won.
   */
  private static String id(Path folder) throws IOException {
    Path file = file(folder);
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException e) {
      Files.createDirectories(folder);
    }
    Path part = Files.createTempFile(folder, "place", ".part");
    try {
      Files.writeString(part, UUID.randomUUID() + "\n");
      Files.createLink(file, part);
    } catch (FileAlreadyExistsException e) {
      return Files.readString(file).strip();
    } catch (UnsupportedOperationException | FileSystemException e) { // No links there.
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    return Files.readString(file).strip();
  }

  /**
   * Whether a place that was kept as a text is this folder, on whichever machine. What lies there
   * as a whole file is so; whether something runs there is for its own machine to see.
   */
  boolean isFolderOf(String text) {
    return text.startsWith(folder + "@");
  }

  /** As the ledger keeps it. */
  String text() {
    return folder + "@" + machine;
  }
}
