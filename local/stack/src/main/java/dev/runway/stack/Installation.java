package dev.runway.stack;

import dev.runway.stack.process.MarkedProcesses;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The built checkout the stack runs from.
 *
 * @param home root of the checkout
 */
public record Installation(Path home) {

  public Installation {
    home = home.toAbsolutePath().normalize();
  }

  /** The checkout named by {@code -Drunway.home}, which the {@code ./runway} script sets. */
  public static Installation current() {
    return new Installation(Path.of(System.getProperty("runway.home", ".")));
  }

  public StackFolder defaultFolder() {
    return new StackFolder(home.resolve(".runway"));
  }

  public Path flinkDistribution() {
    return home.resolve("local/flink/target/dist");
  }

  public Path flinkLib() {
    return flinkDistribution().resolve("lib");
  }

  /** Folders whose jars Maven copies together. */
  List<Path> classPaths() {
    return List.of(
        flinkLib(),
        home.resolve("local/broker/target/lib"),
        home.resolve("control-api/target/lib"),
        home.resolve("local/stack/target/lib"));
  }

  /** Whether another launcher or a supervisor of this checkout runs. */
  public boolean inUse() {
    return !MarkedProcesses.find(List.of("-Drunway.home=" + home)).isEmpty();
  }

  public Path flinkConfiguration() {
    return home.resolve("flink-conf");
  }

  /** The jars of the launcher itself, sorted; the supervisor runs from a copy of them. */
  public List<Path> launcherJars() throws IOException {
    return jars(home.resolve("local/stack/target"), "runway-stack-*.jar");
  }

  /** The jars of the control API, sorted; it runs from a copy of them. */
  public List<Path> controlJars() throws IOException {
    return jars(home.resolve("control-api/target"), "runway-control-api-*.jar");
  }

  /** The jar that a module became, and what was copied beside it. */
  private static List<Path> jars(Path target, String own) throws IOException {
    List<Path> jars = new ArrayList<>();
    jar(target, own).ifPresent(jars::add);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(target.resolve("lib"), "*.jar")) {
      entries.forEach(jars::add);
    }
    Collections.sort(jars);
    return jars;
  }

  /** The newest job jar of {@code jobs/<name>}, if it has been built. */
  public Optional<Path> jobJar(String name) {
    return jar(
        home.resolve("jobs").resolve(name).resolve("target"), "runway-" + name + "-*-job.jar");
  }

  private static Optional<Path> jar(Path folder, String glob) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      for (Path entry : entries) {
        if (isProductJar(entry)) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(Collections.max(found));
  }

  private static boolean isProductJar(Path jar) {
    String name = jar.getFileName().toString();
    return !name.endsWith("-tests.jar")
        && !name.endsWith("-sources.jar")
        && !name.startsWith("original-");
  }
}
