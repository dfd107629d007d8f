package dev.runway.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one folder that holds everything a stack owns; deleting it leaves nothing behind.
 *
 * @param root absolute path, {@code .runway} of the checkout unless told otherwise
 */
public record StackFolder(Path root) {

  public StackFolder {
    root = root.toAbsolutePath().normalize();
  }

  /** What must survive a restart: topics, tables, checkpoints, job ledger. */
  public Path data() {
    return root.resolve("data");
  }

  /** What a namespace's groundtruth-join keeps of its events; gone only with what it belongs to. */
  public Path archive(String namespace) {
    return data().resolve("archive").resolve(namespace);
  }

  /** What a namespace's embedding-stability keeps of versions that were compared. */
  public Path rotations(String namespace) {
    return data().resolve("rotations").resolve(namespace);
  }

  public Path logs() {
    return root.resolve("logs");
  }

  /** Pid files, the state file and the supervisor's lock. */
  public Path run() {
    return root.resolve("run");
  }

  /** Generated configuration; never edited by hand, rewritten at each start. */
  public Path conf() {
    return root.resolve("conf");
  }

  /** One password per file, readable by the owner alone. */
  public Path secrets() {
    return root.resolve("secrets");
  }

  /** The token of the control API; whoever can read it is its administrator. */
  public Path controlToken() {
    return secrets().resolve("control-token");
  }

  /** Settings of the control API that its user wants beside those of the stack; may be missing. */
  public Path controlSettings() {
    return root.resolve("control.properties");
  }

  /** Limits of Flink that its user wants other than the stack's; may be missing. */
  public Path flinkSettings() {
    return root.resolve("flink.properties");
  }

  /** Temporary files of every component, swept at each start. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /** Job jars by content hash, so that a build never changes the classes of a running job. */
  public Path jars() {
    return root.resolve("jars");
  }

  public Path stateFile() {
    return run().resolve("state.json");
  }

  /** Log of a component, written by the component itself. */
  public Path log(String component) {
    return logs().resolve(component + ".log");
  }

  /** What a component printed outside its log: JVM crashes, missing classes, bad flags. */
  public Path output(String component) {
    return logs().resolve(component + ".out");
  }

  /**
   * JVM argument that marks a process of this stack, for people in {@code ps} and for the sweep.
   */
  public String processMark() {
    return "-Drunway.stack=" + root;
  }

  /** The same mark as an argument of PostgreSQL, which reads it as a setting nobody uses. */
  public String postgresMark() {
    return "--runway.stack=" + root;
  }

  public List<String> marks() {
    return List.of(processMark(), postgresMark());
  }

  /**
   * Creates what is missing, readable by the owner alone: data and secrets lie in it.
   *
   * @throws IllegalStateException if the folder holds something else; it is not touched then
   */
  public void create() throws IOException {
    if (!mayBeCreated()) {
      throw new IllegalStateException(refusal());
    }
    privateFolder(root);
    // First, so that a stack killed right here knows its folder again.
    Files.writeString(marker(), "A local stack of Runway; ./runway reset deletes this folder.\n");
    for (Path folder : parts()) {
      privateFolder(folder);
    }
  }

  /** Whether the folder is a stack's already, or missing, or empty. */
  public boolean mayBeCreated() throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS) || isStack()) {
      return true;
    }
    if (!Files.isDirectory(root)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries.findAny().isEmpty();
    }
  }

  /** Whether a stack made the folder: only then may it be deleted. */
  public boolean isStack() {
    // Stacks of before the marker had all the parts, and nothing else has them all.
    return Files.isRegularFile(marker()) || parts().stream().allMatch(Files::isDirectory);
  }

  /** Why the folder is not taken, with what to do. */
  public String refusal() {
    return root + " holds other things than a stack: name a missing or empty folder with --folder";
  }

  private Path marker() {
    return root.resolve("runway-stack");
  }

  private List<Path> parts() {
    return List.of(data(), logs(), run(), conf(), secrets(), tmp(), jars());
  }

  /** Creates a folder (and its parents) and takes all rights from group and others. */
  public static void privateFolder(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }
}
