package dev.runway.bench;

import dev.runway.bench.embedding.EmbeddingCase;
import dev.runway.bench.embedding.EmbeddingRounds;
import dev.runway.bench.harness.Report;
import java.nio.file.Path;
import java.util.List;
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
          + " to the sums beside the bare products of a linear algebra library, and comparing two"
          + " versions.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet."
    })
public final class EmbeddingBench implements Callable<Integer> {
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
    System.out.println(json ? report.json() : report.table());
    return 0;
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
