package dev.runway.groundtruth.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The tool that keeps archives in order, for tests of other packages. */
public final class ArchiveKeeping {
  private ArchiveKeeping() {}

  /**
   * Does one thing to an archive; gives the exit code.
   *
   * @param folder URI
   */
  public static int run(InstantSource clock, String verb, String folder) throws IOException {
    return new ArchiveMain(clock, System.out).run(new String[] {verb, "--folder", folder}, null);
  }

  /** How many rows of predictions an archive has. */
  public static long predictions(Path archive) throws IOException {
    return ParquetFiles.readAll(new PredictionRows(), archive).size();
  }
}
