package dev.runway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ours, its peers and its limit in alternating rounds, each in a JVM of its own. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = {
      "Measures groundtruth-join against Flink's own joins and against bare RocksDB, on the same"
          + " 300-byte events: out of order, repeated, late, never labelled.",
      "Figures are processor time, so that a busy machine disturbs them less; still, keep it quiet."
    })
public final class JoinBench implements Callable<Integer> {
  @Option(
      names = "--open",
      split = ",",
      defaultValue = "204800,1024000",
      description =
          "Predictions that wait meanwhile, multiples of 1,024. Default: ${DEFAULT-VALUE};"
              + " 10240000 takes about a quarter of an hour a case.")
  private List<Integer> open = List.of();

  @Option(
      names = "--peers-up-to",
      defaultValue = "204800",
      description =
          "Waiting predictions up to which peers are measured. Default: ${DEFAULT-VALUE}.")
  private int peersUpTo;

  @Option(
      names = "--measured",
      defaultValue = "500000",
      description =
          "Predictions that are measured, with their outcomes. Default: ${DEFAULT-VALUE}.")
  private long measured;

  @Option(names = "--rounds", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--seed", defaultValue = "20261125", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--ids",
      defaultValue = "time",
      description = "time (UUIDv7) or random (UUIDv4). Default: ${DEFAULT-VALUE}.")
  private String ids = "time";

  @Option(
      names = "--cases",
      split = ",",
      description = "Only these: ours, interval_join, sql, rocksdb, decode, sampler.")
  private @Nullable List<String> cases;

  @Option(names = "--json", description = "Prints the rows as JSON instead of a table.")
  private boolean json;

  @Option(
      names = "--folder",
      defaultValue = ".runway/bench",
      description = "Where join.json and join.md are written. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of(".");

  /** Runs it. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new JoinBench()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (!ids.equals("time") && !ids.equals("random")) {
      throw new CommandLine.ParameterException(
          new CommandLine(this), "--ids is time or random, found " + ids);
    }
    List<Row> rows = new ArrayList<>();
    for (int waiting : open) {
      rows.addAll(measure(waiting, casesAt(waiting)));
    }
    Report report = new Report(rows, seed, ids, rounds);
    report.write(folder);
    System.out.println(json ? report.json() : report.table());
    return 0;
  }

  private List<JoinCase> casesAt(int waiting) {
    List<JoinCase> here = new ArrayList<>();
    for (JoinCase each : JoinCase.values()) {
      boolean wanted = cases == null || cases.contains(each.name().toLowerCase(Locale.ROOT));
      boolean fits = !each.kind.equals("peer") || waiting <= peersUpTo;
      boolean first = waiting == open.get(0);
      if (wanted && fits && (first || each != JoinCase.SAMPLER)) {
        here.add(each);
      }
    }
    return here;
  }

  private List<Row> measure(int waiting, List<JoinCase> here) throws Exception {
    Map<JoinCase, List<Row>> found = new EnumMap<>(JoinCase.class);
    for (int round = 1; round <= rounds; round++) {
      for (JoinCase each : here) {
        System.err.printf("%,d waiting, round %d of %d: %s%n", waiting, round, rounds, each.title);
        found
            .computeIfAbsent(each, key -> new ArrayList<>())
            .add(CaseProcess.run(each, waiting, measured, seed, ids));
      }
    }
    return Medians.of(found);
  }
}
