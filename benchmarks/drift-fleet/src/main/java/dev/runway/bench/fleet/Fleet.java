package dev.runway.bench.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A fleet that was run.
 *
 * @param predictions made and counted
 * @param windows of all models
 * @param judgedWindows windows that had enough predictions, with those before
 * @param tallies by rule
 * @param wrong alarms of Runway's rule that were wrong, and all those of the first days
 */
public record Fleet(
    long predictions, long windows, long judgedWindows, List<Tally> tallies, List<Wrong> wrong) {

  /** Of a model; the model is not part of it, lest the days that it plans be kept. */
  public record Wrong(
      int model, int tier, double perHour, double perUser, double ofOneWord, Alarms.Raised alarm) {}

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
        tallies,
        models.stream().flatMap(Fleet::wrong).toList());
  }

  private static Stream<Wrong> wrong(ModelResult result) {
    ModelPlan model = result.model();
    Alarms alarms = result.alarms().get(Rule.RUNWAY);
    return alarms == null
        ? Stream.empty()
        : alarms.wrong().stream()
            .map(
                alarm ->
                    new Wrong(
                        model.number(),
                        model.tier(),
                        model.perHour(),
                        model.perUser(),
                        model.longTail().correlation(),
                        alarm));
  }
}
