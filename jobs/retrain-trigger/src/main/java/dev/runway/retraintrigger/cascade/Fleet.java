package dev.runway.retraintrigger.cascade;

import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.decision.Surroundings;
import dev.runway.retraintrigger.state.CommandFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All models together: who is stale, who is being retrained, who has a new version that settles.
 *
 * <p>Merged like a dossier: the newest counts, in whatever order things come. Of a model it keeps
 * the newest state of the version with most traffic and what last became of its commands. What
 * other versions of it are, says nothing of the model.
 */
public final class Fleet {
  /** Far more than all that can run in a year. */
  static final int MAX_GENERATIONS = 10_000;

  private final FleetRules rules;
  private final SortedMap<String, Member> members = new TreeMap<>();
  private Graph graph = Graph.EMPTY;

  /** By model: all models upstream, the nearest first. Made from the graph when it is asked for. */
  private transient @Nullable Map<String, List<Upstream>> upstream;

  /** By source: the models that it feeds; made as that is. */
  private transient @Nullable SortedMap<String, List<String>> fed;

  private boolean killSwitch;

  /** A person has let go what was stale until then. */
  private long letGoMillis;

  /** Retrains upstream that led to a command, by its id; those without any are left out. */
  private final SortedMap<String, Integer> generations = new TreeMap<>();

  /** When these commands were issued; of an older release not known, and so long ago. */
  private final SortedMap<String, Long> issued = new TreeMap<>();

  /**
   * A model upstream of another one.
   *
   * @param way the longest way from it
   */
  private record Upstream(String model, int way) {}

  public Fleet(FleetRules rules) {
    this.rules = rules;
  }

  private Fleet() {
    this(FleetRules.standard()); // For Jackson, which sets the fields.
  }

  public void take(Graph newGraph) {
    graph = newGraph;
    upstream = null;
    fed = null;
  }

  /** Commands of the whole fleet are switched off, or on again. */
  public void switchOff(boolean off) {
    killSwitch = off;
  }

  /**
   * A person has looked at what was stale until a time, and lets commands leave: those models are
   * counted together no more.
   */
  public void letGo(long untilMillis) {
    letGoMillis = Math.max(letGoMillis, untilMillis);
  }

  /** Takes a state of a model's version; that of a canary is not the model's. */
  public void take(Staleness staleness) {
    if (staleness.secondary()) {
      return;
    }
    Member member = member(staleness.modelId());
    member.take(staleness, rules.settleMillis());
  }

  /** Takes a command: of what becomes of it nobody says what led to it. */
  public void take(RetrainCommand command) {
    if (command.generation() > 0) {
      generations.put(command.commandId().toString(), command.generation());
      issued.put(command.commandId().toString(), command.issuedAtMillis());
      while (generations.size() > MAX_GENERATIONS) {
        String oldest = oldestCommand();
        generations.remove(oldest);
        issued.remove(oldest);
      }
      // In a replay it is heard after what became of it.
      Member member = members.get(command.cause().modelId());
      RetrainStatus status =
          member == null ? null : member.commands.get(command.commandId().toString());
      if (member != null && status != null) {
        member.noteEnd(status, command.generation());
      }
    }
  }

  private String oldestCommand() {
    return Collections.min(
        generations.keySet(),
        Comparator.<String>comparingLong(id -> issued.getOrDefault(id, 0L))
            .thenComparing(Comparator.naturalOrder()));
  }

  /** Takes what became of a command, whoever sent it. */
  public void take(RetrainStatus status) {
    take(status, generations.getOrDefault(status.commandId(), 0));
  }

  /**
   * Takes what became of a command.
   *
   * @param generation that the command had
   */
  public void take(RetrainStatus status, int generation) {
    if (CommandFile.isOfCancel(status)) {
      return;
    }
    Member member = member(status.modelId());
    member.commands.merge(
        status.commandId(), status, (old, now) -> now.revision() > old.revision() ? now : old);
    member.noteEnd(status, generation);
    member.forget();
  }

  /**
   * A tick has been told what the fleet has to do with its models. What models said with one tick
   * is appended within a minute, but not at once: a model of which it has just heard may be the
   * first of many, so commands wait for the tick after that.
   */
  public void tickIsOver() {
    members.values().forEach(Member::noteHeard);
  }

  /** Forgets the models that are no longer registered. */
  public void keepOnly(Set<String> modelIds) {
    members.keySet().retainAll(modelIds);
  }

  private Member member(String modelId) {
    return members.computeIfAbsent(modelId, id -> new Member());
  }

  /**
   * What the fleet has to do with a model.
   *
   * @param horizonMillis how long its labels take
   */
  public Surroundings of(String modelId, long horizonMillis, long tickMillis) {
    Sources sources = new Sources(faultySources(tickMillis), downSources());
    return of(modelId, horizonMillis, tickMillis, storm(tickMillis), sources);
  }

  /**
   * What is said of sources, by source.
   *
   * @param faulty those many of whose models have become stale at once
   * @param down those all of whose models are silent
   */
  private record Sources(SortedMap<String, String> faulty, SortedMap<String, String> down) {}

  /**
   * The same of all models, without those for which it is as of any other.
   *
   * @param horizons how long the labels of each model take
   * @param switchedOff models whose commands are switched off
   */
  public SortedMap<String, Surroundings> all(
      Map<String, Long> horizons, Set<String> switchedOff, long tickMillis) {
    String storm = storm(tickMillis);
    Surroundings usual = usual(storm);
    Sources sources = new Sources(faultySources(tickMillis), downSources());
    SortedMap<String, Surroundings> all = new TreeMap<>();
    horizons.forEach(
        (model, horizon) -> {
          Surroundings its = of(model, horizon, tickMillis, storm, sources);
          its = switchedOff.contains(model) ? its.switchedOff() : its;
          if (!its.equals(usual)) {
            all.put(model, its);
          }
        });
    return all;
  }

  /** Of a model that nothing of the fleet has to do with. */
  public Surroundings usual(long tickMillis) {
    return usual(storm(tickMillis));
  }

  private Surroundings usual(@Nullable String storm) {
    return new Surroundings(null, 0, 0, storm, null, false, killSwitch, 0);
  }

  private Surroundings of(
      String modelId,
      long horizonMillis,
      long tickMillis,
      @Nullable String storm,
      Sources sources) {
    String cause = attributedTo(modelId, horizonMillis, tickMillis);
    Member member = members.get(modelId);
    String down = member != null && member.isSilent() ? said(modelId, sources.down()) : null;
    return new Surroundings(
        cause,
        wave(modelId, tickMillis, horizonMillis),
        generation(modelId, horizonMillis, tickMillis),
        storm,
        said(modelId, sources.faulty()),
        down != null,
        killSwitch,
        member == null ? 0 : member.heardMillis,
        down);
  }

  private List<Upstream> upstreamOf(String modelId) {
    Map<String, List<Upstream>> all = upstream;
    if (all == null) {
      all = new HashMap<>();
      for (var entry : graph.allUpstream().entrySet()) {
        List<Upstream> its = new ArrayList<>();
        entry.getValue().forEach((model, way) -> its.add(new Upstream(model, way)));
        its.sort(Comparator.comparingInt(Upstream::way)); // Those of one way stay by their names.
        all.put(entry.getKey(), its);
      }
      upstream = all;
    }
    return all.getOrDefault(modelId, List.of());
  }

  /**
   * The nearest model upstream that is stale itself, is being retrained, or settles. One that lies
   * farther disturbs too: else a model would be retrained for it once with the models between them,
   * and once without.
   */
  private @Nullable String attributedTo(String modelId, long horizonMillis, long tickMillis) {
    for (Upstream other : upstreamOf(modelId)) {
      Member member = members.get(other.model());
      if (member != null && disturbs(member, horizonMillis, tickMillis)) {
        return other.model();
      }
    }
    return null;
  }

  /**
   * A model that is stale and has no command disturbs for as long as a new version would: one that
   * nobody retrains must not hold all that use it for good.
   */
  private boolean disturbs(Member member, long horizonMillis, long tickMillis) {
    boolean runs =
        member.state == ModelState.RETRAINING
            || member.commands.values().stream().anyMatch(Fleet::isActive);
    boolean settles = member.renewedAt() > 0 && tickMillis < settledAt(member, horizonMillis);
    return runs || settles || waits(member, horizonMillis, tickMillis);
  }

  private boolean waits(Member member, long horizonMillis, long tickMillis) {
    return member.state == ModelState.STALE
        && (tickMillis < member.staleSinceMillis + settleMillis(horizonMillis)
            || member.commands.values().stream().anyMatch(status -> !status.state().isFinal()));
  }

  private static boolean isActive(RetrainStatus status) {
    return switch (status.state()) {
      case GRANTED, ACCEPTED, SUBMITTED, UNKNOWN, RUNNING -> true;
      case QUEUED,
          QUEUED_BUDGET,
          AWAITING_APPROVAL,
          REFUSED,
          SUCCEEDED,
          FAILED,
          CANCELLED,
          TIMED_OUT ->
          false;
    };
  }

  private long settleMillis(long horizonMillis) {
    return Math.max(rules.settleMillis(), horizonMillis);
  }

  private long settledAt(Member member, long horizonMillis) {
    return member.renewedAt() + settleMillis(horizonMillis);
  }

  /** One more than that of a model upstream whose new version has just settled; 0 without one. */
  private int generation(String modelId, long horizonMillis, long tickMillis) {
    int generation = 0;
    for (Upstream other : upstreamOf(modelId)) {
      Member member = members.get(other.model());
      if (member != null && hasJustSettled(member, horizonMillis, tickMillis)) {
        generation = Math.max(generation, member.generation + 1);
      }
    }
    return generation;
  }

  private boolean hasJustSettled(Member member, long horizonMillis, long tickMillis) {
    long settled = settledAt(member, horizonMillis);
    return member.renewedAt() > 0
        && tickMillis >= settled
        && tickMillis < settled + settleMillis(horizonMillis);
  }

  /** After all models upstream that have just settled, however far they are. */
  private int wave(String modelId, long tickMillis, long horizonMillis) {
    int wave = 0;
    for (Upstream other : upstreamOf(modelId)) {
      Member member = members.get(other.model());
      if (member != null && hasJustSettled(member, horizonMillis, tickMillis)) {
        wave = Math.max(wave, other.way());
      }
    }
    return wave;
  }

  /**
   * The models that have become stale at once and still are: the most that there are. However long
   * ago that was: what they have in common is not over before they are.
   */
  public List<String> newlyStale(long tickMillis) {
    return staleAtOnce(members.keySet(), tickMillis);
  }

  /**
   * Of some models the most that became stale within {@link FleetRules#stormMillis}; of as many the
   * first.
   */
  private List<String> staleAtOnce(Collection<String> models, long tickMillis) {
    SortedMap<Long, List<String>> since = new TreeMap<>();
    for (String model : models) {
      Member member = members.get(model);
      if (member != null && isHeld(member, tickMillis)) {
        since.computeIfAbsent(member.staleSinceMillis, time -> new ArrayList<>()).add(model);
      }
    }
    List<String> most = List.of();
    for (long first : since.keySet()) {
      List<String> together =
          since.subMap(first, first + rules.stormMillis()).values().stream()
              .flatMap(List::stream)
              .toList();
      most = together.size() > most.size() ? together : most;
    }
    return most;
  }

  /**
   * Whether it is stale, or is retrained or silent since it was, and nobody has let it go. One that
   * is to go is not retrained anyway.
   */
  private boolean isHeld(Member member, long tickMillis) {
    return member.staleSinceMillis > letGoMillis
        && member.staleSinceMillis <= tickMillis
        && member.state != ModelState.RETIRED
        && member.state != ModelState.DEPRECATED;
  }

  /** Whether so many models became stale at once, and still are, that a person has to look. */
  public boolean isStorm(long tickMillis) {
    return storm(tickMillis) != null;
  }

  /** The same in words, with what most of them have in common; null when there are not so many. */
  private @Nullable String storm(long tickMillis) {
    int stale = newlyStale(tickMillis).size();
    long fleet = members.values().stream().filter(Member::counts).count();
    if (stale < rules.stormModels() || stale <= rules.stormShare() * fleet) {
      return null;
    }
    String cause = commonCause(tickMillis);
    return String.format(
        Locale.ROOT,
        "%d of %d models became stale within %d minutes, %s",
        stale,
        fleet,
        rules.stormMillis() / 60_000,
        cause == null ? "with nothing in common" : "most of them with " + cause + " in common");
  }

  /** What most of the models that have become stale at once have in common; null for nothing. */
  public @Nullable String commonCause(long tickMillis) {
    List<String> stale = newlyStale(tickMillis);
    SortedMap<String, Integer> shared = new TreeMap<>();
    for (String model : stale) {
      graph.sourcesOf(model).forEach(source -> shared.merge(source, 1, Integer::sum));
      graph.upstreamOf(model).forEach(upstream -> shared.merge(upstream, 1, Integer::sum));
    }
    String cause = null;
    int most = stale.size() / 2;
    for (var entry : shared.entrySet()) {
      if (entry.getValue() > most) {
        cause = entry.getKey();
        most = entry.getValue();
      }
    }
    return cause;
  }

  /** What is said of the first of a model's sources of which anything is. */
  private @Nullable String said(String modelId, SortedMap<String, String> bySource) {
    if (bySource.isEmpty()) {
      return null;
    }
    for (String source : graph.sourcesOf(modelId)) {
      String said = bySource.get(source);
      if (said != null) {
        return said;
      }
    }
    return null;
  }

  private List<String> fedBy(String source) {
    SortedMap<String, List<String>> all = fed;
    if (all == null) {
      all = graph.fed();
      fed = all;
    }
    return all.getOrDefault(source, List.of());
  }

  /** Sources many of whose models have become stale at once, and what is said of each. */
  private SortedMap<String, String> faultySources(long tickMillis) {
    Set<String> sources = new TreeSet<>();
    members.forEach(
        (model, member) -> {
          if (isHeld(member, tickMillis)) {
            sources.addAll(graph.sourcesOf(model));
          }
        });
    SortedMap<String, String> faulty = new TreeMap<>();
    for (String source : sources) {
      List<String> models = fedBy(source);
      int stale = staleAtOnce(models, tickMillis).size();
      if (stale >= rules.sourceModels() && 2 * stale >= models.size()) {
        faulty.put(
            source,
            String.format(
                Locale.ROOT,
                "%d of %d models that %s feeds became stale at once",
                stale,
                models.size(),
                source));
      }
    }
    return faulty;
  }

  /**
   * Sources all of whose models have stopped predicting, many of them at once, and what is said of
   * each. Time alone is no end: it is over when one of them predicts. One that is slow to be judged
   * has to have had a window without predictions. Where no other model has predicted since, nothing
   * tells a source that is down from a Runway that hears nothing, and no source is blamed; one that
   * was blamed before stays so, for what others have shown does not end when they fall silent too.
   */
  private SortedMap<String, String> downSources() {
    Set<String> sources = new TreeSet<>();
    Set<String> blamed = new HashSet<>();
    long heardFrom = Long.MIN_VALUE;
    long everHeardFrom = Long.MIN_VALUE;
    for (var entry : members.entrySet()) {
      Member member = entry.getValue();
      if (member.silentSinceMillis() > 0) {
        Collection<String> its = graph.sourcesOf(entry.getKey());
        sources.addAll(its);
        if (member.isSourceDown()) {
          blamed.addAll(its);
        }
      }
      if (member.counts()) {
        everHeardFrom = Math.max(everHeardFrom, member.predictedFromMillis());
        if (!member.isQuiet()) {
          heardFrom = Math.max(heardFrom, member.predictedFromMillis());
        }
      }
    }
    SortedMap<String, String> down = new TreeMap<>();
    for (String source : sources) {
      int silent = silentAtOnce(fedBy(source), blamed.contains(source) ? everHeardFrom : heardFrom);
      if (silent >= rules.sourceModels()) {
        down.put(
            source,
            String.format(
                Locale.ROOT,
                "%s seems to be down: %d models that it feeds fell silent within %d minutes, and"
                    + " none of the others predicts",
                source,
                silent,
                rules.stormMillis() / 60_000));
      }
    }
    return down;
  }

  /**
   * The most models that may have fallen silent within {@link FleetRules#stormMillis}, each
   * somewhere in the last window in which it predicted; 0 where any of them predicts.
   *
   * @param heardFrom only what fell silent until then counts
   */
  private int silentAtOnce(List<String> models, long heardFrom) {
    long[] until = new long[models.size()];
    long[] from = new long[models.size()];
    int silent = 0;
    for (String model : models) {
      Member member = members.get(model);
      if (member == null || !member.counts()) {
        continue;
      }
      if (!member.isQuiet()) {
        return 0;
      }
      long since = member.silentSinceMillis();
      if (since > 0 && since <= heardFrom) {
        until[silent] = since;
        from[silent++] = member.predictedFromMillis();
      }
    }
    Arrays.sort(until, 0, silent);
    Arrays.sort(from, 0, silent);
    int most = 0;
    int fromThen = 0;
    for (int i = 0; i < silent; i++) {
      while (fromThen < silent && from[fromThen] < until[i] + rules.stormMillis()) {
        fromThen++;
      }
      // All but those that were over before this one was, and those that began too late.
      most = Math.max(most, fromThen - i);
    }
    return most;
  }
}
