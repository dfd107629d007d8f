package dev.runway.retraintrigger.cascade;

import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import dev.runway.retraintrigger.decision.Surroundings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All models together: who is stale, who is being retrained, who has a new version that settles.
 *
 * <p>Merged like a dossier: the highest revision counts, in whatever order things come. Of a model
 * it keeps its newest state and what last became of its commands.
 */
public final class Fleet {
  private static final int COMMANDS = 32;

  /** Far more than all that can run in a year. */
  private static final int MAX_GENERATIONS = 10_000;

  private final FleetRules rules;
  private final SortedMap<String, Member> members = new TreeMap<>();
  private Graph graph = Graph.EMPTY;
  private boolean killSwitch;

  /** Retrains upstream that led to a command, by its id; those without any are left out. */
  private final SortedMap<String, Integer> generations = new TreeMap<>();

  /** What is kept of a model. */
  private static final class Member {
    private String version = "";
    private ModelState state = ModelState.WARMING;
    private long revision = -1;

    /** When it was found stale last. */
    private long staleSinceMillis;

    private final SortedMap<String, RetrainStatus> commands = new TreeMap<>();

    /** When a new version of it was there last. */
    private long renewedAtMillis;

    /** Retrains upstream that led to that version. */
    private int generation;

    /** Those that ended first go first: one that still comes twice must not seem to run again. */
    private void forget() {
      while (commands.size() > COMMANDS) {
        String oldest = null;
        long endedAt = Long.MAX_VALUE;
        for (RetrainStatus status : commands.values()) {
          if (status.state().isFinal() && status.atMillis() < endedAt) {
            oldest = status.commandId();
            endedAt = status.atMillis();
          }
        }
        if (oldest == null) {
          return;
        }
        commands.remove(oldest);
      }
    }
  }

  public Fleet(FleetRules rules) {
    this.rules = rules;
  }

  private Fleet() {
    this(FleetRules.standard()); // For Jackson, which sets the fields.
  }

  public void take(Graph newGraph) {
    graph = newGraph;
  }

  /** Commands of the whole fleet are switched off, or on again. */
  public void switchOff(boolean off) {
    killSwitch = off;
  }

  /** Takes a state of a model's version. */
  public void take(Staleness staleness) {
    Member member = member(staleness.modelId());
    boolean newer =
        staleness.revision() > member.revision
            || (staleness.revision() == member.revision
                && staleness.modelVersion().compareTo(member.version) >= 0);
    if (newer) {
      member.revision = staleness.revision();
      member.version = staleness.modelVersion();
      member.state = staleness.state();
    }
    if (staleness.state() == ModelState.STALE) {
      member.staleSinceMillis = Math.max(member.staleSinceMillis, staleness.sinceMillis());
    }
  }

  /** Takes a command: of what becomes of it nobody says what led to it. */
  public void take(RetrainCommand command) {
    if (command.generation() > 0) {
      generations.put(command.commandId().toString(), command.generation());
      while (generations.size() > MAX_GENERATIONS) {
        generations.remove(generations.firstKey());
      }
    }
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
    Member member = member(status.modelId());
    member.commands.merge(
        status.commandId(), status, (old, now) -> now.revision() > old.revision() ? now : old);
    if (status.state() == RetrainStatus.State.SUCCEEDED
        && status.atMillis() >= member.renewedAtMillis) {
      member.renewedAtMillis = status.atMillis();
      member.generation = generation;
    }
    member.forget();
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
    return of(
        modelId, horizonMillis, tickMillis, isStorm(tickMillis), faultySources(tickMillis));
  }

  /**
   * The same of all models, without those for which it is as of any other.
   *
   * @param horizons how long the labels of each model take
   * @param switchedOff models whose commands are switched off
   */
  public SortedMap<String, Surroundings> all(
      Map<String, Long> horizons, Set<String> switchedOff, long tickMillis) {
    boolean storm = isStorm(tickMillis);
    Surroundings usual = usual(storm);
    SortedMap<String, String> faulty = faultySources(tickMillis);
    SortedMap<String, Surroundings> all = new TreeMap<>();
    horizons.forEach(
        (model, horizon) -> {
          Surroundings its = of(model, horizon, tickMillis, storm, faulty);
          its = switchedOff.contains(model) ? its.switchedOff() : its;
          if (!its.equals(usual)) {
            all.put(model, its);
          }
        });
    return all;
  }

  /** Of a model that nothing of the fleet has to do with. */
  public Surroundings usual(long tickMillis) {
    return usual(isStorm(tickMillis));
  }

  private Surroundings usual(boolean storm) {
    return new Surroundings(null, 0, 0, storm, null, false, killSwitch);
  }

  private Surroundings of(
      String modelId,
      long horizonMillis,
      long tickMillis,
      boolean storm,
      SortedMap<String, String> faulty) {
    String cause = attributedTo(modelId, horizonMillis, tickMillis);
    return new Surroundings(
        cause,
        wave(modelId, tickMillis, horizonMillis),
        generation(modelId, horizonMillis, tickMillis),
        storm,
        sourceFault(modelId, faulty),
        false,
        killSwitch);
  }

  /** The first model upstream that is stale itself, is being retrained, or settles. */
  private @Nullable String attributedTo(String modelId, long horizonMillis, long tickMillis) {
    for (String upstream : graph.upstreamOf(modelId)) {
      Member member = members.get(upstream);
      if (member != null && disturbs(member, horizonMillis, tickMillis)) {
        return upstream;
      }
    }
    return null;
  }

  private boolean disturbs(Member member, long horizonMillis, long tickMillis) {
    boolean runs =
        member.state == ModelState.RETRAINING
            || member.commands.values().stream().anyMatch(Fleet::isActive);
    boolean settles = member.renewedAtMillis > 0 && tickMillis < settledAt(member, horizonMillis);
    return runs || settles || member.state == ModelState.STALE;
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

  private long settledAt(Member member, long horizonMillis) {
    return member.renewedAtMillis + Math.max(rules.settleMillis(), horizonMillis);
  }

  /** One more than that of a model upstream whose new version has just settled; 0 without one. */
  private int generation(String modelId, long horizonMillis, long tickMillis) {
    int generation = 0;
    for (String upstream : graph.upstreamOf(modelId)) {
      Member member = members.get(upstream);
      if (member != null && hasJustSettled(member, horizonMillis, tickMillis)) {
        generation = Math.max(generation, member.generation + 1);
      }
    }
    return generation;
  }

  private boolean hasJustSettled(Member member, long horizonMillis, long tickMillis) {
    long settled = settledAt(member, horizonMillis);
    long window = Math.max(rules.settleMillis(), horizonMillis);
    return member.renewedAtMillis > 0 && tickMillis >= settled && tickMillis < settled + window;
  }

  private int wave(String modelId, long tickMillis, long horizonMillis) {
    int wave = 0;
    for (var entry : members.entrySet()) {
      if (hasJustSettled(entry.getValue(), horizonMillis, tickMillis)) {
        Integer its = graph.wavesAfter(entry.getKey()).get(modelId);
        wave = Math.max(wave, its == null ? 0 : its);
      }
    }
    return wave;
  }

  /** The models that have become stale lately. */
  public List<String> newlyStale(long tickMillis) {
    return members.entrySet().stream()
        .filter(entry -> isNewlyStale(entry.getValue(), tickMillis))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isNewlyStale(Member member, long tickMillis) {
    return member.staleSinceMillis > tickMillis - rules.stormMillis();
  }

  /** Whether so many models are stale at once that a person has to look. */
  public boolean isStorm(long tickMillis) {
    int stale = newlyStale(tickMillis).size();
    return stale >= rules.stormModels() && stale > rules.stormShare() * members.size();
  }

  /** What most of the models that have become stale lately have in common; null for nothing. */
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

  private @Nullable String sourceFault(String modelId, SortedMap<String, String> faulty) {
    if (faulty.isEmpty()) {
      return null;
    }
    for (String source : graph.sourcesOf(modelId)) {
      String fault = faulty.get(source);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  /** Sources many of whose models have become stale lately, and what is said of each. */
  private SortedMap<String, String> faultySources(long tickMillis) {
    SortedMap<String, Integer> stale = new TreeMap<>();
    for (String model : newlyStale(tickMillis)) {
      graph.sourcesOf(model).forEach(source -> stale.merge(source, 1, Integer::sum));
    }
    SortedMap<String, String> faulty = new TreeMap<>();
    stale.forEach(
        (source, models) -> {
          if (models >= rules.sourceModels()) {
            int fed = graph.fedBy(source).size();
            if (2 * models >= fed) {
              faulty.put(
                  source,
                  models
                      + " of "
                      + fed
                      + " models that "
                      + source
                      + " feeds became stale at once");
            }
          }
        });
    return faulty;
  }
}
