package dev.runway.stack.process;

import dev.runway.stack.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pid file of one component. It names the process so exactly that a stranger which got the same
 * pid later is never touched.
 */
public final class PidFile {

  /**
   * What is written.
   *
   * @param process who was started
   * @param mark an argument that must stand on its command line
   * @param commandHash hash of the whole command, to tell whether it may be adopted or must be
   *     replaced
   */
  public record Entry(ProcessIdentity process, String mark, String commandHash) {}

  private final Path file;

  public PidFile(Path runFolder, String component) {
    this.file = runFolder.resolve(component + ".pid");
  }

  public void write(Entry entry) throws IOException {
    JsonFile.write(file, entry);
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  /** The process of this file if it still runs and is the one that was started; else empty. */
  public Optional<Entry> living() {
    return JsonFile.read(file, Entry.class).filter(PidFile::isOurs);
  }

  private static boolean isOurs(Entry entry) {
    return entry.process().alive() && entry.process().commandLine().contains(entry.mark());
  }
}
