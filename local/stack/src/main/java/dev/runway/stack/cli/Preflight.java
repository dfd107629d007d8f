package dev.runway.stack.cli;

import dev.runway.stack.Installation;
import dev.runway.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the stack needs from the machine, checked before anything is started. */
final class Preflight {

  private static final int JAVA = 17;
  private static final long MEMORY_MIB = 4096;
  private static final long DISK_MIB = 3072;
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB");

  private final Installation installation;
  private final StackFolder folder;

  Preflight(Installation installation, StackFolder folder) {
    this.installation = installation;
    this.folder = folder;
  }

  /** One line for everything missing, with the way to get it; empty when all is there. */
  List<String> missing() throws IOException, InterruptedException {
    List<String> missing = new ArrayList<>();
    java().ifPresent(missing::add);
    memory().ifPresent(missing::add);
    folderOfItsOwn().ifPresent(missing::add);
    disk().ifPresent(missing::add);
    anotherUserForPostgres().ifPresent(missing::add);
    built().ifPresent(missing::add);
    return missing;
  }

  private static Optional<String> java() {
    int found = Runtime.version().feature();
    return found == JAVA
        ? Optional.empty()
        : Optional.of(
            "JDK 17 (this is "
                + found
                + "): install it, for example apt-get install openjdk-17-jdk-headless, and set JAVA_HOME");
  }

  private static Optional<String> memory() throws IOException {
    Matcher matcher = AVAILABLE.matcher(Files.readString(Path.of("/proc/meminfo")));
    if (!matcher.find()) {
      return Optional.empty();
    }
    long mib = Long.parseLong(matcher.group(1)) / 1024;
    return mib >= MEMORY_MIB
        ? Optional.empty()
        : Optional.of(
            "memory: "
                + mib
                + " MiB are free, the stack takes up to 3 GiB: close something, 4 GiB must be free");
  }

  private Optional<String> disk() throws IOException {
    long mib = Files.getFileStore(existing(folder.root())).getUsableSpace() >> 20;
    return mib >= DISK_MIB
        ? Optional.empty()
        : Optional.of(
            "disk: "
                + mib
                + " MiB are free under "
                + folder.root()
                + ", 3 GiB must be: free some, or choose another place with --folder");
  }

  /** The folder or the nearest one above it: a look must not make any. */
  private static Path existing(Path folder) {
    Path found = folder;
    while (!Files.exists(found) && found.getParent() != null) {
      found = found.getParent();
    }
    return found;
  }

  private Optional<String> folderOfItsOwn() throws IOException {
    return folder.mayBeCreated()
        ? Optional.empty()
        : Optional.of("a folder of its own: " + folder.refusal());
  }

  private static Optional<String> anotherUserForPostgres()
      throws IOException, InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.empty();
    }
    boolean possible = succeeds("unshare", "-U", "true") || succeeds("setpriv", "--version");
    return possible
        ? Optional.empty()
        : Optional.of(
            "a way for PostgreSQL not to run as root: allow user namespaces"
                + " (sysctl kernel.unprivileged_userns_clone=1), install util-linux, or run as a normal user");
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Optional<String> built() {
    boolean there =
        Files.isDirectory(installation.flinkLib())
            && Files.isDirectory(installation.home().resolve("local/broker/target/lib"))
            && Files.isDirectory(installation.home().resolve("control-api/target/lib"));
    return there ? Optional.empty() : Optional.of("a build: ./mvnw -DskipTests package");
  }
}
