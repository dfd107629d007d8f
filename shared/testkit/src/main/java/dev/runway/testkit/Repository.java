package dev.runway.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources of Runway lie. */
final class Repository {

  private Repository() {}

  /**
   * The folder with the Maven wrapper, searched from the working folder upwards.
   *
   * @throws IllegalStateException if the test does not run inside the repository
   */
  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("mvnw"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no mvnw in " + here + " or above");
  }
}
