package dev.runway.groundtruth.archive;

import dev.runway.groundtruth.join.AdmittedOutcome;
import dev.runway.groundtruth.join.JoinKey;
import dev.runway.model.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes a file of the archive and reads it again, with what is on the class path of a cluster. */
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
    if (ParquetFiles.read(new OutcomeRows(), Path.of(args[0])).equals(events)) {
      System.out.println(ALL_WELL);
    }
  }
}
