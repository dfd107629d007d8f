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
        List<String> arguments =
            List.of(each.name(), Boolean.toString(quick), Long.toString(seed + round));
        found
            .computeIfAbsent(each, first -> new ArrayList<>())
            .addAll(CaseProcess.run(EmbeddingRounds.class, arguments));
      }
    }
    return Medians.of(found, EmbeddingCase::ours);
  }
}
