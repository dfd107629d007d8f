package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Share;
import dev.runway.bench.harness.CaseProcess;
import dev.runway.bench.harness.Medians;
import dev.runway.bench.harness.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cases in alternating rounds. */
public final class Rounds {
  /** A case with what it is measured with. */
  private record Measured(DriftCase measured, Load load) {
    int rounds(int wanted) {
      return Math.max(1, measured.rounds(load, wanted));
    }

    @Nullable Measured against() {
      DriftCase ours = measured.against();
      // What a hot model costs is told beside even traffic.
      Load like =
          load.share() == Share.HOT
              ? new Load(
                  load.encoding(), load.features(), load.models(), Share.EVEN, load.subtasks())
              : load;
      return ours == null ? null : new Measured(ours, like);
    }
  }

  private final boolean quick;
  private final int rounds;
  private final long seed;
  private final int minutes;
  private final long rate;
  private final Map<Measured, List<Row>> found = new LinkedHashMap<>();
  private final long started = System.nanoTime();
  private int turnsDone;

  /**
   * @param cases in their order
   * @param minutes of the longest live run
   * @param rate predictions a second of live runs; 0 for the cases' own
   */
  public Rounds(
      List<DriftCase> cases, boolean quick, int rounds, long seed, int minutes, long rate) {
    this.quick = quick;
    this.rounds = quick ? 1 : rounds;
    this.seed = seed;
    this.minutes = minutes;
    this.rate = rate;
    for (DriftCase each : cases) {
      each.loads(quick).forEach(load -> found.put(new Measured(each, load), new ArrayList<>()));
    }
  }

  /** Takes something down as it is found, so that an hour is not lost to a Ctrl-C. */
  public interface Sofar {
    void take(List<Row> rows) throws Exception;
  }

  /** Runs all; each round's medians so far go where they are kept. */
  public void run(Sofar sofar) throws Exception {
    for (int round = 1; round <= rounds; round++) {
      for (Map.Entry<Measured, List<Row>> each : found.entrySet()) {
        Measured measured = each.getKey();
        if (round <= measured.rounds(rounds)) {
          Turn turn = new Turn(measured.measured(), measured.load(), quick, seed, minutes, rate);
          tell(turn, round);
          each.getValue().addAll(CaseProcess.run(DriftCaseMain.class, turn.arguments()));
          sofar.take(rows());
        }
      }
    }
  }

  private List<Row> rows() {
    Map<Measured, List<Row>> some = new LinkedHashMap<>();
    found.forEach(
        (measured, rows) -> {
          if (!rows.isEmpty()) {
            some.put(measured, rows);
          }
        });
    List<Row> rows = new ArrayList<>();
    for (Row row : Medians.of(some, Measured::against)) {
      rows.add(Growth.withSlopes(row, rows));
    }
    return rows;
  }

  private void tell(Turn turn, int round) {
    Duration since = Duration.ofNanos(System.nanoTime() - started);
    System.err.printf(
        "%02d:%02d  %d of %d: %s, %s, round %d%n",
        since.toMinutes(),
        since.toSecondsPart(),
        ++turnsDone,
        turns(),
        turn.measured().option(),
        turn.load().title(),
        round);
  }

  private int turns() {
    return found.keySet().stream().mapToInt(each -> each.rounds(rounds)).sum();
  }
}
