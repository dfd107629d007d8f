package dev.runway.bench.embedding;

import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Medians;
import dev.runway.bench.harness.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rounds of all cases, alternating, each in a process of its own. */
public final class EmbeddingRounds {
  /** Of the limit's speed, as a figure of a row. */
  public static final String SHARE = "share_of_the_limit";

  private EmbeddingRounds() {}

  /** Of a case: its name, whether it is quick, and the seed. */
  public static void main(String[] args) {
    EmbeddingCase measured = EmbeddingCase.valueOf(args[0]);
    boolean quick = Boolean.parseBoolean(args[1]);
    long seed = Long.parseLong(args[2]);
    CaseProcess.answer(() -> List.of(new EmbeddingRun(measured, quick, seed).round()));
  }

  /** The medians of so many rounds. */
  public static List<Row> run(List<EmbeddingCase> cases, int rounds, boolean quick, long seed)
      throws IOException, InterruptedException {
    Map<EmbeddingCase, List<Row>> found = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (EmbeddingCase each : cases) {
        if (round >= each.rounds(rounds)) {
          continue;
        }
        List<String> arguments =
            List.of(each.name(), Boolean.toString(quick), Long.toString(seed + round));
        found
            .computeIfAbsent(each, first -> new ArrayList<>())
            .addAll(CaseProcess.run(EmbeddingRounds.class, arguments, each.flags()));
      }
    }
    return withShares(Medians.of(found, EmbeddingCase::ours), cases);
  }

  /** Tells of pairs which share they have of the speed of the fastest that does their products. */
  private static List<Row> withShares(List<Row> rows, List<EmbeddingCase> cases) {
    List<Row> all = new ArrayList<>(rows);
    for (int i = 0; i < all.size(); i++) {
      EmbeddingCase ours = cases.get(i);
      double fastest = Double.POSITIVE_INFINITY;
      for (int j = 0; j < all.size(); j++) {
        if (ours.isOfPairs() && i != j && cases.get(j).ours() == ours) {
          fastest = Math.min(fastest, all.get(j).cpuNanosPerEvent());
        }
      }
      if (Double.isFinite(fastest)) {
        all.set(i, all.get(i).with(SHARE, fastest / all.get(i).cpuNanosPerEvent()));
      }
    }
    return all;
  }
}
