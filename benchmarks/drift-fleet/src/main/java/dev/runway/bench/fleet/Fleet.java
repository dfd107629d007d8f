package dev.runway.bench.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A fleet that was run.
 *
 * @param predictions made and counted
 * @param windows of all models
 * @param judgedWindows windows that had enough predictions, with those before
 * @param tallies by rule
 */
public record Fleet(long predictions, long windows, long judgedWindows, List<Tally> tallies) {

  /**
   * Runs all models, as many at a time as there are cores.
   *
   * @param progress told how many are done
   */
  public static Fleet run(FleetPlan plan, IntConsumer progress) {
    AtomicInteger done = new AtomicInteger();
    List<ModelResult> models =
        IntStream.range(0, plan.models())
            .parallel()
            .mapToObj(
                number -> {
                  ModelResult result = ModelRun.run(plan, number);
                  progress.accept(done.incrementAndGet());
                  return result;
                })
            .toList();
    List<Tally> tallies = new ArrayList<>();
    for (Rule rule : Rule.values()) {
      if (models.get(0).alarms().containsKey(rule)) {
        tallies.add(Tally.of(rule, models));
      }
    }
    return new Fleet(
        models.stream().mapToLong(ModelResult::predictions).sum(),
        models.stream().mapToLong(ModelResult::windows).sum(),
        models.stream().mapToLong(ModelResult::judgedWindows).sum(),
        tallies);
  }
}
