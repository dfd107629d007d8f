package dev.runway.bench.loopfaults;

import dev.runway.demo.loop.LoopFeed;
import dev.runway.demo.stage.DemoStack;
import dev.runway.model.Decision;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.RetrainStatus.State;
import dev.runway.model.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Has the minutes of a day go by. No minute begins before all that the one before has led to is
 * there: every model with a window that is due was judged, every command has left and runs, and
 * every training that was to end has ended. So what counts for a minute is the same however long
 * anything takes, and whoever dies.
 */
final class Day {
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Duration AGAIN = Duration.ofMillis(300);

  /** Longer than a checkpoint: nothing comes any more. */
  private static final Duration QUIET = Duration.ofSeconds(12);

  private static final String FIRST_VERSION = "1";

  /** What is wrong with the processes, for whoever waits in vain. */
  interface Troubles {
    List<String> now() throws IOException, InterruptedException;
  }

  private final Plan plan;
  private final Path folder;
  private final Player player;
  private final LoopFeed feed;
  private final Said said;
  private final War war;
  private final Troubles troubles;
  private final Map<String, NavigableMap<Integer, Spell>> spells;

  /** By model: versions by the minute from which they serve. */
  private final Map<String, NavigableMap<Integer, String>> serving = new HashMap<>();

  /** By model: the version of which its newest reading was. */
  private final Map<String, String> read = new HashMap<>();

  /** By minute: models whose command leaves then. */
  private final NavigableMap<Integer, List<Model>> leaving = new TreeMap<>();

  /** By minute: commands whose training ends then. */
  private final NavigableMap<Integer, List<String>> ending = new TreeMap<>();

  private final Map<String, RetrainCommand> running = new HashMap<>();
  private long againNanos;

  /**
   * @param folder where trainings look whether they may end
   */
  Day(Plan plan, Path folder, Player player, LoopFeed feed, Said said, War war, Troubles troubles) {
    this.plan = plan;
    this.folder = folder;
    this.player = player;
    this.feed = feed;
    this.said = said;
    this.war = war;
    this.troubles = troubles;
    this.spells = plan.spellsOfModels();
  }

  /** Lives through it. */
  void live() throws IOException, InterruptedException {
    await(
        "models and policies on their topics",
        () -> said.models() == plan.models().size() && said.policies() > 0,
        () -> said.models() + " models");
    for (int minute = Plan.FIRST; minute <= plan.last(); minute++) {
      war.before(minute);
      // Nothing can be judged before the first minute, so the windows before it come with it.
      tellReadings(minute == Plan.FIRST ? 0 : minute - Plan.READ_AFTER);
      player.tick(minute);
      againNanos = System.nanoTime();
      war.reached(minute);
      awaitJudged(minute);
      awaitCommands(minute);
      letTrainingsEnd(minute);
    }
  }

  private void tellReadings(int end) {
    for (Model model : plan.models()) {
      if (end >= 0 && model.endsAt(end)) {
        int start = end - model.windowMinutes();
        String version = version(model.id(), start);
        read.put(model.id(), version);
        player.reading(model, version, end, drifts(model.id(), version, end));
      }
    }
  }

  private String version(String modelId, int minute) {
    Map.Entry<Integer, String> newest =
        serving.getOrDefault(modelId, new TreeMap<>()).floorEntry(minute);
    return newest == null ? FIRST_VERSION : newest.getValue();
  }

  /**
   * The first version drifts from the first spell on, the second from the second one, and so on.
   */
  private boolean drifts(String modelId, String version, int end) {
    int begun = spells.getOrDefault(modelId, new TreeMap<>()).headMap(end, true).size();
    return begun >= Integer.parseInt(version);
  }

  private void awaitJudged(int minute) throws IOException, InterruptedException {
    int end = minute - Plan.JUDGED_AFTER;
    List<Model> due = plan.models().stream().filter(model -> model.endsAt(end)).toList();
    if (end < 0 || due.isEmpty()) {
      return;
    }
    awaitDecided(minute, due);
    for (Model model : due) {
      if (isToBeCommanded(model)) {
        leaving.computeIfAbsent(minute + Plan.HEARD_AFTER, when -> new ArrayList<>()).add(model);
      }
    }
  }

  private void awaitDecided(int minute, List<Model> models)
      throws IOException, InterruptedException {
    long at = player.at(minute);
    await(
        "judgements at minute " + minute,
        () -> {
          sayAgain(minute);
          return models.stream().allMatch(model -> isJudged(model, at));
        },
        () ->
            models.stream().filter(model -> !isJudged(model, at)).map(Model::id).toList()
                + " were not judged");
  }

  private boolean isJudged(Model model, long at) {
    return said.isJudged(model.id(), read(model), at);
  }

  private String read(Model model) {
    return read.getOrDefault(model.id(), FIRST_VERSION);
  }

  /** A new episode: the fleet hears of it first. */
  private boolean isToBeCommanded(Model model) {
    Decision decision = said.decision(model.id(), read(model));
    return decision != null
        && decision.verdict().commands()
        && decision.hold() == Decision.Hold.OUTSTANDING
        && running.values().stream()
            .noneMatch(command -> command.cause().modelId().equals(model.id()));
  }

  private void awaitCommands(int minute) throws IOException, InterruptedException {
    List<Model> due = leaving.remove(minute);
    if (due != null) {
      awaitDecided(minute, due);
    }
    await(
        "trainings at minute " + minute,
        () -> {
          sayAgain(minute);
          return said.commandIds().stream().allMatch(this::runsOrHasEnded);
        },
        () ->
            said.commandIds().stream().filter(id -> !runsOrHasEnded(id)).toList() + " do not run");
    for (String id : said.open()) {
      RetrainCommand command = said.command(id);
      if (command != null && running.putIfAbsent(id, command) == null) {
        ending.computeIfAbsent(end(command), when -> new ArrayList<>()).add(id);
      }
    }
  }

  /** The command itself is on its topic as well, and says of which model it is. */
  private boolean runsOrHasEnded(String id) {
    RetrainStatus status = said.status(id);
    return status != null
        && said.command(id) != null
        && (status.state() == State.RUNNING || status.state().isFinal());
  }

  private int end(RetrainCommand command) {
    int issued = (int) ((command.issuedAtMillis() - player.at(0)) / Tick.MINUTE_MILLIS);
    Map.Entry<Integer, Spell> spell =
        spells.getOrDefault(command.cause().modelId(), new TreeMap<>()).floorEntry(issued);
    if (spell == null) {
      throw new IllegalStateException("a command for a model that does not drift: " + command);
    }
    return issued + spell.getValue().trainMinutes();
  }

  private void letTrainingsEnd(int minute) throws IOException, InterruptedException {
    List<String> due = ending.remove(minute);
    if (due == null) {
      return;
    }
    for (String id : due) {
      Training.letEnd(folder, id);
    }
    await(
        "ends of trainings at minute " + minute,
        () -> due.stream().allMatch(this::hasEnded),
        () -> due.stream().filter(id -> !hasEnded(id)).toList() + " have not ended");
    for (String id : due) {
      RetrainCommand command = running.remove(id);
      RetrainStatus status = said.status(id);
      String version = status == null ? null : status.newVersion();
      if (command != null && version != null) {
        serving
            .computeIfAbsent(command.cause().modelId(), model -> new TreeMap<>())
            .put(minute, version);
      }
    }
  }

  private boolean hasEnded(String id) {
    RetrainStatus status = said.status(id);
    return status != null && status.state().isFinal();
  }

  /** A tick is acted upon once something has come behind it, which may be itself. */
  private void sayAgain(int minute) {
    if (System.nanoTime() - againNanos > AGAIN.toNanos()) {
      try {
        player.tickAgain(minute);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      againNanos = System.nanoTime();
    }
  }

  private void await(String what, BooleanSupplier done, Supplier<String> lacks)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    while (!done.getAsBoolean()) {
      feed.read(POLL);
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped while waiting for " + what);
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - begun);
      if (waited.compareTo(Patience.LONG) > 0) {
        throw new IOException(
            "%s: not after %d s; %s; %s"
                .formatted(what, waited.toSeconds(), lacks.get(), troubles.now()));
      }
    }
  }

  /** Waits until tables say what topics say, and nothing comes any more. */
  void awaitTables(DemoStack.TableAccess tables) throws IOException, InterruptedException {
    long[] since = {System.nanoTime()};
    int[] before = {-1};
    await(
        "tables that say what the topics say",
        () -> {
          int now = said.decisions() + said.states();
          boolean same = now == before[0] && isInTables(tables);
          if (!same) {
            before[0] = now;
            since[0] = System.nanoTime();
          }
          return System.nanoTime() - since[0] > QUIET.toNanos();
        },
        () -> said.decisions() + " decisions and " + said.states() + " states on their topics");
  }

  private boolean isInTables(DemoStack.TableAccess tables) {
    try {
      return Rows.count(tables, "v_decisions") == said.decisions()
          && Rows.count(tables, "v_staleness") == said.states();
    } catch (SQLException e) {
      return false; // It was killed, and is on its way back.
    }
  }

  /** How every command ended. */
  Map<String, String> ended() {
    Map<String, String> ended = new TreeMap<>();
    for (String id : said.commandIds()) {
      RetrainStatus status = said.status(id);
      ended.put(
          id,
          status == null
              ? "unanswered"
              : status.state() + (status.reason() == null ? "" : ": " + status.reason()));
    }
    return ended;
  }

  Set<String> commands() {
    return Set.copyOf(said.commandIds());
  }
}
