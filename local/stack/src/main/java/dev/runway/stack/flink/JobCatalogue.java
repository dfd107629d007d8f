package dev.runway.stack.flink;

import java.util.List;
import java.util.Optional;

/** The jobs a stack runs: the one list of them. */
public final class JobCatalogue {

  /** Files that a job keeps in the stack's folder. */
  public enum Files {
    NONE,
    /** The events of the live topics. */
    ARCHIVE,
    /** Matrices that bring an embedding's older vectors to its newer ones. */
    ROTATIONS
  }

  /**
   * One job.
   *
   * @param name name of its module under {@code jobs/}, of its checkpoints and of its line in
   *     status
   * @param parallelism parallel pipelines; each takes a slot
   * @param writesTables whether it is told where the database is
   * @param keeps the files it keeps
   * @param arguments program arguments beyond those every job gets
   */
  public record Entry(
      String name, int parallelism, boolean writesTables, Files keeps, List<String> arguments) {

    public Entry {
      arguments = List.copyOf(arguments);
    }
  }

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "groundtruth-join",
              2,
              false,
              Files.ARCHIVE,
              List.of(
                  "--runway.parallelism", "2",
                  "--runway.checkpoint.interval", "PT2S",
                  "--runway.groundtruth.show-every", "PT2S")),
          new Entry(
              "drift-monitor",
              1,
              false,
              Files.NONE,
              List.of("--runway.parallelism", "1", "--runway.checkpoint.interval", "PT2S")),
          new Entry(
              "retrain-trigger",
              1,
              false,
              Files.NONE,
              List.of("--runway.parallelism", "1", "--runway.checkpoint.interval", "PT2S")),
          new Entry(
              "embedding-stability",
              1,
              false,
              Files.ROTATIONS,
              List.of(
                  "--runway.parallelism", "1",
                  "--runway.checkpoint.interval", "PT2S",
                  "--runway.embedding.refresh", "PT5S")),
          new Entry(
              "result-tables",
              1,
              true,
              Files.NONE,
              List.of("--runway.parallelism", "1", "--runway.checkpoint.interval", "PT2S")));

  private JobCatalogue() {}

  public static List<Entry> entries() {
    return ENTRIES;
  }

  public static Optional<Entry> entry(String name) {
    return ENTRIES.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }
}
