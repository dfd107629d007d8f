package dev.runway.bench.fleet;

import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.DriftScorer;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import dev.runway.drift.tile.WideCounts;
import dev.runway.drift.window.DaySummary;
import dev.runway.drift.window.History;
import dev.runway.drift.window.JudgedWindow;
import dev.runway.drift.window.Season;
import dev.runway.drift.window.Widening;
import dev.runway.drift.window.WindowJudge;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One model's windows, from its predictions to alarms. Tiles, widening, judgement and memory are
 * those of the job.
 */
final class ModelRun {

  private static final DriftPolicy POLICY = DriftPolicy.standard();

  private final ModelPlan model;
  private final TileLayout layout;
  private final Traffic traffic;
  private final List<Drift> drifts = new ArrayList<>();
  private final @Nullable Drift truth;
  private final @Nullable EqualWidth equalWidth;
  private final EqualWidth.@Nullable Counts equalWidthReference;
  private final WindowJudge judge = new WindowJudge(POLICY);
  private final DriftScorer scorer = new DriftScorer(POLICY);
  private final Memory memory = new Memory();
  private final Map<Rule, Alarms> alarms = new EnumMap<>(Rule.class);
  private long windows;
  private long judgedWindows;
  private long predictions;

  /** A window; without traffic the tile is null. */
  private record Window(@Nullable Tile tile, EqualWidth.@Nullable Counts equalWidth) {}

  private ModelRun(FleetPlan fleet, int number) {
    model = ModelPlan.draw(fleet, number);
    layout = Training.layout(model, fleet.peers());
    traffic = new Traffic(model, 2);
    if (fleet.drifts(number)) {
      truth = Drifts.draw(fleet, model, layout, fleet.driftNumber(number));
      drifts.add(truth);
    } else if (fleet.hasNewWords(number)) {
      truth = Drifts.newWords(fleet, model);
      drifts.add(truth);
    } else {
      truth = null;
      if (number % 10 == 3) {
        drifts.add(Drifts.immaterial(fleet, model, layout));
      }
    }
    equalWidth = fleet.peers() ? new EqualWidth(layout) : null;
    equalWidthReference = equalWidth == null ? null : reference(equalWidth);
    for (Rule rule : Rule.values()) {
      if (fleet.peers() || rule.always()) {
        int inRow = rule.persists() ? model.rules().persistence() : 1;
        alarms.put(rule, new Alarms(truth, fleet.countsFromMillis(), inRow));
      }
    }
  }

  static ModelResult run(FleetPlan fleet, int number) {
    ModelRun run = new ModelRun(fleet, number);
    long length = run.model.rules().windowMillis();
    List<Window> newestFirst = new ArrayList<>();
    for (long start = FleetPlan.START_MILLIS; start < fleet.endMillis(); start += length) {
      newestFirst.add(0, run.count(start, start + length));
      if (newestFirst.size() > Widening.MAX_WINDOWS) {
        newestFirst.remove(Widening.MAX_WINDOWS);
      }
      run.judge(start, length, newestFirst);
    }
    return run.result();
  }

  /** The same training rows once more, in bins of equal width. */
  private EqualWidth.Counts reference(EqualWidth bins) {
    EqualWidth.Counts counts = bins.newCounts();
    Training.rows(model, values -> bins.count(counts, values));
    return counts;
  }

  private Window count(long start, long end) {
    @Nullable Tile sum = null;
    EqualWidth bins = equalWidth;
    EqualWidth.@Nullable Counts counts = bins == null ? null : bins.newCounts();
    // Hour by hour, for the season changes within a long window.
    for (long from = start; from < end; from += Season.HOUR) {
      long until = Math.min(end, from + Season.HOUR);
      long volume = traffic.volume(from, until);
      if (volume == 0) {
        continue;
      }
      Tile tile = layout.newTile();
      Row row = layout.newRow();
      traffic.make(
          from,
          volume,
          drifts,
          values -> {
            row.clear();
            Training.write(model, values, row);
            tile.add(row);
            if (bins != null && counts != null) {
              bins.count(counts, values);
            }
          });
      memory.ended(from, WideCounts.of(layout, tile));
      sum = sum == null ? tile : sum.plus(tile);
      predictions += volume;
    }
    return new Window(sum, counts);
  }

  private void judge(long start, long length, List<Window> newestFirst) {
    windows++;
    long end = start + length;
    Widening widening = new Widening(POLICY.minimum());
    for (int age = 0; age < newestFirst.size(); age++) {
      widening.offer(age, newestFirst.get(age).tile());
    }
    Tile tile = widening.judged();
    @Nullable Tile alone = newestFirst.get(0).tile();
    if (tile == null || alone == null) {
      return;
    }
    long from = start - widening.oldest() * length;
    JudgedWindow verdict = judge.judge(layout, tile, widening.before(), from, end, memory);
    boolean enough = tile.events() >= POLICY.minimum();
    judgedWindows += enough ? 1 : 0;
    Seen wide = seen(verdict, tile, newestFirst.subList(0, widening.oldest() + 1));
    Seen narrow = seen(verdict, alone, newestFirst.subList(0, 1));
    for (Map.Entry<Rule, Alarms> each : alarms.entrySet()) {
      Rule rule = each.getKey();
      if (rule.widens() && enough) {
        each.getValue().next(from, end, rule.flagged(wide));
      } else if (!rule.widens()) {
        each.getValue().next(start, end, rule.flagged(narrow));
      }
    }
    @Nullable Tile before = newestFirst.size() > 1 ? newestFirst.get(1).tile() : null;
    memory.days.put(
        Season.dayOf(start),
        judge.summarize(
            layout,
            WideCounts.of(layout, alone),
            before == null ? null : WideCounts.of(layout, before),
            start,
            end,
            memory));
    memory.forget(end);
  }

  private Seen seen(JudgedWindow verdict, Tile tile, List<Window> parts) {
    EqualWidth.@Nullable Counts counts = null;
    for (Window part : parts) {
      if (part.equalWidth() != null) {
        counts = EqualWidth.sum(counts, part.equalWidth());
      }
    }
    return new Seen(
        layout, scorer, verdict, tile, WideCounts.of(layout, tile), counts, equalWidthReference);
  }

  private ModelResult result() {
    return new ModelResult(model, truth, alarms, windows, judgedWindows, predictions);
  }

  /** What the job keeps in state. */
  private static final class Memory implements History<RuntimeException> {
    private final Map<Long, WideCounts> hours = new HashMap<>();
    private final Map<Long, DaySummary> days = new HashMap<>();

    void ended(long start, WideCounts counts) {
      hours.merge(Season.hourOf(start), counts, WideCounts::plus);
    }

    void forget(long now) {
      hours.keySet().removeIf(start -> start < now - Season.hourKeptMillis(Season.DAY, 0));
      days.keySet().removeIf(start -> start < now - Season.dayKeptMillis(Season.DAY, 0));
    }

    @Override
    public @Nullable WideCounts hour(long startMillis) {
      return hours.get(startMillis);
    }

    @Override
    public @Nullable DaySummary day(long startMillis) {
      return days.get(startMillis);
    }
  }
}
