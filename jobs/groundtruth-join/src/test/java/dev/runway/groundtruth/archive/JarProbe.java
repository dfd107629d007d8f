package dev.runway.groundtruth.archive;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Writes files of the archive, reads them again and merges them, with what is on the class path of
 * a cluster.
 */
final class JarProbe {
  static final String ALL_WELL = "read what was written";

  private JarProbe() {}

  /**
   * Writes and reads.
   *
   * @param args the file
   */
  public static void main(String[] args) throws IOException {
    List<AdmittedOutcome> events =
        List.of(
            new AdmittedOutcome(
                JoinKey.of("m", "p"),
                1,
                2,
                Outcome.RETRACTS_NOTHING,
                "true",
                Double.NaN,
                null,
                1,
                false,
                3,
                4,
                5));
    ParquetFiles.write(new OutcomeRows(), events, Path.of(args[0]));
    if (ParquetFiles.read(new OutcomeRows(), Path.of(args[0])).equals(events)
        && areMerged(Path.of(args[0] + ".archive"), events.get(0))) {
      System.out.println(ALL_WELL);
    }
  }

  private static boolean areMerged(Path archive, AdmittedOutcome event) throws IOException {
    Path folder = archive.resolve("outcomes/day=2026-03-01/model=m");
    Files.createDirectories(folder);
    ParquetFiles.write(new OutcomeRows(), List.of(event), folder.resolve("part-1-0.parquet"));
    ParquetFiles.write(new OutcomeRows(), List.of(event), folder.resolve("part-2-0.parquet"));
    for (String verb : List.of("compact", "check")) {
      int exit =
          new ArchiveMain(() -> Instant.now().plus(Duration.ofDays(3)), System.out)
              .run(new String[] {verb, "--folder", archive.toUri().toString()}, null);
      if (exit != 0) {
        return false;
      }
    }
    return ParquetFiles.finished(archive).size() == 1
        && ParquetFiles.readAll(new OutcomeRows(), archive).equals(List.of(event, event));
  }
}
