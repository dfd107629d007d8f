package dev.runway.demo.loop;

import dev.runway.demo.stage.LoopStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Has the local scheduler of a control API start a Java program of this process's class path for
 * each command.
 */
public final class LocalPrograms {
  private final LoopStage stage;
  private final Path folder;

  /**
   * @param folder of its files: how the program is started, and {@code runs}
   */
  public LocalPrograms(LoopStage stage, Path folder) {
    this.stage = stage;
    this.folder = folder;
  }

  /**
   * Writes down how a program is started.
   *
   * @param main its class
   * @return settings of the control API that start it
   */
  public Map<String, String> settings(Class<?> main, List<String> arguments) throws IOException {
    Path launch = folder.resolve("trainer.launch");
    writeLaunch(launch, main, arguments);
    return Map.of(
        "runway.control.scheduler",
        "local",
        "runway.control.scheduler.poll",
        "PT0.5S",
        "runway.control.local.command",
        // The mark has to be seen on the command line, and not in the file: down ends what has it.
        "\"%s\" \"%s\" \"@%s\"".formatted(java(), stage.processMark(), launch),
        "runway.control.local.folder",
        folder.resolve("runs").toString());
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The class path of this process is too long for a setting; the launcher reads it in a file. */
  private void writeLaunch(Path launch, Class<?> main, List<String> arguments) throws IOException {
    Files.createDirectories(folder);
    List<String> words =
        new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m", "-cp"));
    words.add(quoted(System.getProperty("java.class.path")));
    words.add(main.getName());
    arguments.forEach(argument -> words.add(quoted(argument)));
    Files.write(launch, words);
  }

  private static String quoted(String word) {
    return "\"" + word.replace("\\", "\\\\") + "\"";
  }

  /** Writes a file that its owner alone can read, from its first moment. */
  public static void writePrivate(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }
}
