package dev.runway.retraintrigger.cascade;

import dev.runway.model.ModelState;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a fleet in a day, by a seed: models that become stale one by one or with their
 * source, recover, are retrained in vain or with success, have canaries, are silent, and are
 * retired.
 */
final class FleetSchedule {
  static final int TICKS = 140;
  static final long START = 983_404_800_000L;
  static final long STEP = 600_000;
  private static final int SOURCES = 4;

  /** So that what a seed was before there were silences, it still is. */
  private static final long SILENCES = 0x2545f491L;

  /** A model as it really is. */
  private static final class Model {
    final String name;
    int version = 1;
    ModelState state = ModelState.HEALTHY;
    long sinceMillis = START;
    @Nullable String episode;
    int commands;
    int revision;
    long predictedUntil = START;

    Model(String name) {
      this.name = name;
    }
  }

  final List<String> names = new ArrayList<>();
  private final SplittableRandom random;
  private final List<Model> models = new ArrayList<>();
  private Graph graph = Graph.EMPTY;

  /** Null where all models predict all the time. */
  private final @Nullable SplittableRandom silences;

  /** Until when a source is down, or a model for itself, by their names. */
  private final Map<String, Long> downTo = new TreeMap<>();

  FleetSchedule(long seed) {
    this(seed, null);
  }

  /** In which sources are down at times, and single models silent. */
  static FleetSchedule withSilences(long seed) {
    return new FleetSchedule(seed, new SplittableRandom(seed ^ SILENCES));
  }

  private FleetSchedule(long seed, @Nullable SplittableRandom silences) {
    this.silences = silences;
    random = new SplittableRandom(seed);
    int size = 8 + random.nextInt(30);
    for (int i = 0; i < size; i++) {
      Model model = new Model("m" + i);
      models.add(model);
      names.add(model.name);
      graph = graph.feeds("s" + random.nextInt(SOURCES), model.name);
      if (i > 0 && random.nextInt(3) == 0) {
        graph = graph.uses(model.name, "m" + random.nextInt(i));
      }
    }
  }

  Graph graph() {
    return graph;
  }

  /** The episodes that go on. */
  Set<String> episodes() {
    Set<String> episodes = new HashSet<>();
    for (Model model : models) {
      if (model.episode != null) {
        episodes.add(model.episode);
      }
    }
    return episodes;
  }

  long retired() {
    return models.stream().filter(model -> model.state == ModelState.RETIRED).count();
  }

  /** What is said at a tick. */
  List<Consumer<Fleet>> at(long tick) {
    long now = START + tick * STEP;
    List<Consumer<Fleet>> words = new ArrayList<>();
    fallSilent(tick);
    String broken = random.nextInt(25) == 0 ? "s" + random.nextInt(SOURCES) : "";
    for (Model model : models) {
      happen(model, graph.sourcesOf(model.name).contains(broken), now, words);
      Staleness state = state(model, now);
      words.add(fleet -> fleet.take(state));
      if (random.nextInt(4) == 0) {
        Staleness canary = canary(model, now);
        words.add(fleet -> fleet.take(canary));
      }
    }
    return words;
  }

  private void fallSilent(long tick) {
    if (silences == null) {
      return;
    }
    if (silences.nextInt(20) == 0) {
      downTo.put("s" + silences.nextInt(SOURCES), tick + 10 + silences.nextInt(30));
    }
    for (Model model : models) {
      if (silences.nextInt(400) == 0) {
        downTo.put(model.name, tick + 10 + silences.nextInt(60));
      }
      boolean silent =
          downTo.getOrDefault(model.name, 0L) > tick
              || graph.sourcesOf(model.name).stream()
                  .anyMatch(source -> downTo.getOrDefault(source, 0L) > tick);
      model.predictedUntil = silent ? model.predictedUntil : START + tick * STEP;
    }
  }

  private void happen(Model model, boolean broken, long now, List<Consumer<Fleet>> words) {
    switch (model.state) {
      case HEALTHY -> {
        if (random.nextInt(broken ? 2 : 150) == 0) {
          model.episode = model.name + "/v" + model.version + "/" + now;
          enter(model, ModelState.STALE, now);
        } else if (random.nextInt(2_000) == 0) {
          enter(model, ModelState.RETIRED, now);
        }
      }
      case STALE -> {
        if (random.nextInt(12) == 0) {
          model.episode = null;
          enter(model, ModelState.HEALTHY, now);
        } else if (random.nextInt(30) == 0) {
          model.commands++;
          model.revision = 1;
          enter(model, ModelState.RETRAINING, now);
          words.add(status(model, State.RUNNING, now));
        }
      }
      case RETRAINING -> ran(model, now, words);
      default -> {
        // Retired for good.
      }
    }
  }

  private void ran(Model model, long now, List<Consumer<Fleet>> words) {
    int end = random.nextInt(12);
    if (end > 1) {
      return;
    }
    model.revision++;
    words.add(status(model, end == 0 ? State.SUCCEEDED : State.FAILED, now));
    if (end == 0) {
      model.version++;
      model.episode = null;
    }
    enter(model, end == 0 ? ModelState.HEALTHY : ModelState.STALE, now);
  }

  private static void enter(Model model, ModelState state, long now) {
    model.state = state;
    model.sinceMillis = now;
  }

  private Consumer<Fleet> status(Model model, State state, long now) {
    int generation = random.nextInt(3);
    RetrainStatus status =
        new RetrainStatus(
            model.name + "-" + model.commands,
            model.name,
            "v" + model.version,
            state,
            model.revision,
            now,
            null,
            state == State.SUCCEEDED ? "v" + (model.version + 1) : null,
            Double.NaN);
    return fleet -> fleet.take(status, generation);
  }

  /** A model is silent from an hour on; of its source it hears something, or not. */
  private Staleness state(Model model, long now) {
    ModelState state = model.state;
    if (silences != null
        && model.state != ModelState.RETIRED
        && now - model.predictedUntil > 6 * STEP) {
      state = silences.nextBoolean() ? ModelState.NO_DATA : ModelState.SUSPENDED;
    }
    long until = silences == null ? 0 : model.predictedUntil;
    return state(
        model.name,
        "v" + model.version,
        state,
        model.sinceMillis,
        model.episode,
        now,
        false,
        until);
  }

  private Staleness canary(Model model, long now) {
    boolean stale = random.nextBoolean();
    return state(
        model.name,
        "v" + (model.version + 1),
        stale ? ModelState.STALE : ModelState.HEALTHY,
        now,
        stale ? model.name + "/canary/" + now : null,
        now,
        true,
        now);
  }

  private static Staleness state(
      String model,
      String version,
      ModelState state,
      long since,
      @Nullable String episode,
      long now,
      boolean secondary,
      long until) {
    return new Staleness(
        model,
        version,
        state,
        ModelState.HEALTHY,
        since,
        episode,
        0.5,
        1,
        List.of(),
        List.of(),
        List.of(),
        state == ModelState.SUSPENDED ? Suspension.SOURCE_DOWN : null,
        null,
        0,
        now,
        now,
        2,
        null,
        now,
        secondary,
        until);
  }
}
