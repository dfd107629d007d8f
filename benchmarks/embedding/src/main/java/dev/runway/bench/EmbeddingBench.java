package dev.runway.bench;

import dev.runway.bench.embedding.EmbeddingCase;
import dev.runway.bench.embedding.EmbeddingRounds;
import dev.runway.bench.embedding.Summary;
import dev.runway.bench.harness.Report;
import dev.runway.bench.harness.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What embedding-stability costs beside its limits. */
@Command(
    name = "embedding",
    mixinStandardHelpOptions = true,
    description = {
      "Measures embedding-stability: sampling the bytes of an embedding, adding a pair of vectors"
          + " to the sums beside the bare products, and comparing two versions.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet.",
      "",
      "A round: 1,000,000 events of 512 dimensions through the sampler, and their hashes alone;"
          + " 400,000 pairs of 128 dimensions, 20,480 of 512 and 8,192 of 1,024, each beside the"
          + " bare loop that adds as many products, which is the limit, and fewer through the"
          + " products of EJML in blocks of 32, 512 and 4,096 rows; 100,000 vectors of 512 into a"
          + " window; a comparison of 24,576 pairs of 512, and one of 4,096 pairs of 1,024 in a heap"
          + " of 384 MB.",
      "And up to three times the job as it is, with a broker beside it on the same cores:"
          + " 1,000,000 embeddings of 512 dimensions, one in a hundred sampled (3 GB of disk for"
          + " the time), and a roll-out of two versions of 100,000 items in a heap of 384 MB, whose"
          + " verdict must be right.",
      "Five rounds are to take half an hour of two quiet cores and 4 GB; --quick is three minutes.",
      "Exit code 1 when sums of pairs have less than half of the limit's speed, or the sampler"
          + " takes less than 62,500 a second; not of --quick."
    })
public final class EmbeddingBench implements Callable<Integer> {
  /** Of the limit's speed. */
  private static final double GOAL = 0.5;

  /** Embeddings that the sampler is to take. */
  private static final double GOAL_A_SECOND = 62_500;

  @Option(
      names = "--quick",
      description = "Each case once and tiny: whether it runs, not how fast.")
  private boolean quick;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Rounds behind each median. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "20261126", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--cases",
      split = ",",
      description = "Only these, such as sampler,pairs-512; all unless said.")
  private @Nullable List<String> cases;

  @Option(names = "--json", description = "Prints the rows as JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where embedding.json and embedding.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new EmbeddingBench());
  }

  @Override
  public Integer call() throws Exception {
    Report report =
        new Report(
            "embedding",
            "dimensions",
            EmbeddingRounds.run(chosen(), quick ? 1 : rounds, quick, seed),
            seed,
            "synthetic vectors");
    report.write(folder, "embedding");
    String summary = Summary.table(report.rows());
    Files.writeString(folder.resolve("embedding-summary.md"), summary);
    System.out.println(json ? report.json() : report.table() + "\n" + summary);
    List<String> missed = missed(report.rows());
    missed.forEach(System.err::println);
    return quick || missed.isEmpty() ? 0 : 1;
  }

  /** What is slower than it should be, each in a line. */
  static List<String> missed(List<Row> rows) {
    List<String> missed = new ArrayList<>();
    for (Row row : rows) {
      double share = row.more().getOrDefault(EmbeddingRounds.SHARE, GOAL);
      if (share < GOAL) {
        missed.add(
            String.format(
                Locale.ROOT,
                "missed: %s has %.0f %% of the limit's speed, the goal is %.0f %%",
                row.name(),
                100 * share,
                100 * GOAL));
      }
      double speed = row.more().getOrDefault(Summary.A_SECOND, GOAL_A_SECOND);
      if (speed < GOAL_A_SECOND) {
        missed.add(
            String.format(
                Locale.ROOT,
                "missed: %s takes %,.0f a second, the goal is %,.0f",
                row.name(),
                speed,
                GOAL_A_SECOND));
      }
    }
    return missed;
  }

  private List<EmbeddingCase> chosen() {
    List<String> names = cases;
    List<EmbeddingCase> all = List.of(EmbeddingCase.values());
    if (names == null) {
      return all;
    }
    List<String> known = all.stream().map(EmbeddingCase::option).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this), "no case is called " + name + "; there are: " + known);
      }
    }
    return Stream.of(EmbeddingCase.values()).filter(each -> names.contains(each.option())).toList();
  }
}
