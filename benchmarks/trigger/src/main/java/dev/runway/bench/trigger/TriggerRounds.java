package dev.runway.bench.trigger;

import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Medians;
import dev.runway.bench.harness.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rounds of all cases, alternating, each in a process of its own. */
public final class TriggerRounds {
  /** Readings a second for each core, of readings of ten features. */
  private static final double GOAL = 20_000;

  private TriggerRounds() {}

  /** Of a case: its name, whether it is quick, and the seed. */
  public static void main(String[] args) {
    TriggerCase measured = TriggerCase.valueOf(args[0]);
    boolean quick = Boolean.parseBoolean(args[1]);
    long seed = Long.parseLong(args[2]);
    CaseProcess.answer(() -> List.of(new TriggerRun(measured, quick, seed).run()));
  }

  /** The medians of so many rounds. */
  public static List<Row> run(List<TriggerCase> cases, int rounds, boolean quick, long seed)
      throws IOException, InterruptedException {
    Map<TriggerCase, List<Row>> found = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (TriggerCase each : cases) {
        List<String> arguments =
            List.of(each.name(), Boolean.toString(quick), Long.toString(seed + round));
        found
            .computeIfAbsent(each, first -> new ArrayList<>())
            .addAll(CaseProcess.run(TriggerRounds.class, arguments));
      }
    }
    return Medians.of(found, TriggerCase::ours);
  }

  /** What is slower than it should be, each in a line. */
  public static List<String> missed(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.name().equals(TriggerCase.READINGS.title()))
        .filter(row -> !(1e9 / row.cpuNanosPerEvent() >= GOAL))
        .map(
            row ->
                String.format(
                    Locale.ROOT,
                    "missed: %s, %,.0f a second for each core, the goal is %,.0f",
                    row.name(),
                    1e9 / row.cpuNanosPerEvent(),
                    GOAL))
        .toList();
  }
}
