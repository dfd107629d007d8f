package dev.runway.retraintrigger.state;

import dev.runway.drift.staleness.Hysteresis;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that is known about one version of a model.
 *
 * <p>Readings are kept by window, the newest few: of each slot {@link #WINDOWS}, of labelled
 * windows {@link #LABELLED}, and up to {@link #BURST} until the next tick. Which of them came first
 * makes no difference.
 */
public final class VersionFile {
  /**
   * How long a new episode is known before its command leaves, at least. The states of a tick are
   * told to the fleet after it, and count at the tick after next: that many models went stale with
   * it, nobody knows before.
   */
  public static final long HEARD_MILLIS = Duration.ofMinutes(3).toMillis();

  static final int WINDOWS = 4;
  static final int LABELLED = 32;

  /** Labelled windows that are held until the next tick, which learns from them one by one. */
  static final int BURST = 1_000;

  static final int SLOTS = 16;

  /** The slot of all labelled windows. */
  public static final String LABELS = "LABELS";

  /** Windows whose signals a policy's {@code history} has. */
  public static final int HISTORY = 16;

  /** Observations by slot and end of window. */
  public final SortedMap<String, TreeMap<Long, Observation>> observed = new TreeMap<>();

  /** Windows whose labels are final, by their end. */
  public final TreeMap<Long, LabelledWindow> labelled = new TreeMap<>();

  /** Signals of the last windows by name, the newest last. */
  public final SortedMap<String, List<Double>> history = new TreeMap<>();

  /** By name of the policy. */
  public final SortedMap<String, Firing> firings = new TreeMap<>();

  /** By slot, and {@link #LABELS}: what judgements have looked at. News is what lies beyond it. */
  public final SortedMap<String, Seen> seen = new TreeMap<>();

  /** End of the window that counted last. */
  public long countedMillis;

  /** As it was before that window, so that the window may count anew when more of it is known. */
  public Hysteresis.Position positionBefore = Hysteresis.Position.START;

  /** The same of the policies. */
  public final SortedMap<String, Firing> firingsBefore = new TreeMap<>();

  /** And the episode that it was in; null outside of one. */
  public @Nullable String episodeBefore;

  /** And the state; null before the first window that counted. */
  public @Nullable ModelState stateBefore;

  public long sinceBefore;

  public long episodeSinceBefore;
  public long heardAtBefore;
  public RetrainCommand.@Nullable ReasonClass reasonClassBefore;

  /** What judgements had looked at before that window: it counts for none that comes later. */
  public final SortedMap<String, Seen> seenBefore = new TreeMap<>();

  /** Signals whose history ends with that window. */
  public final SortedSet<String> countedSignals = new TreeSet<>();

  /**
   * How good it was when it was new, by metric; what it is compared with. This and {@link #pooled}
   * have the windows that are not among {@link #labelled} any more: those may still be corrected.
   */
  public final SortedMap<String, Pooled> reference = new TreeMap<>();

  /** Labelled windows up to here are the reference. */
  public long referenceToMillis;

  /** How good it has been, by metric. */
  public final SortedMap<String, Pooled> pooled = new TreeMap<>();

  /** Labelled windows up to here have been judged. */
  public long pooledToMillis;

  /** Labelled windows up to here are pooled, for good. */
  public long settledToMillis;

  /**
   * Lowest p-values so far of "it is no worse than the version before", by that version and the
   * metric, of windows that have counted.
   */
  public final SortedMap<String, Double> rollbackPs = new TreeMap<>();

  /** The same before the window that counted last. */
  public final SortedMap<String, Double> rollbackPsBefore = new TreeMap<>();

  /** Start of its first window. */
  public long firstSeenMillis = Long.MAX_VALUE;

  /** End of its newest window that had predictions. */
  public long lastDataMillis;

  /** End of its newest window in which no version had more traffic; 0 for a canary. */
  public long primaryAtMillis;

  /** The tick at which that one came: a correction of what was known is no arrival. */
  public long lastArrivalMillis;

  /** End of its training data; 0 when not known. */
  public long trainedToMillis;

  /** When the baseline that says so was made; 0 when not known, or of an older release. */
  public long trainedToSaidMillis;

  public boolean hasBaseline;

  public Hysteresis.Position position = Hysteresis.Position.START;
  public ModelState state = ModelState.WARMING;
  public @Nullable Suspension suspension;
  public long sinceMillis;

  /** Names the time since it was found stale; null outside of one. */
  public @Nullable String episode;

  public long episodeSinceMillis;

  /** From then on the fleet may know of the episode; 0 outside of one. */
  public long heardAtMillis;

  /** A command waits for that alone. */
  public boolean looksAgain;

  /** Of the episode, from its beginning: it is part of the ids of all its commands. */
  public RetrainCommand.@Nullable ReasonClass reasonClass;

  /** What was said of it last; null before the first judgement. */
  public @Nullable Staleness shown;

  /** Takes the end of its training data, from a baseline; of two made at once the later end. */
  void trainedTo(long endMillis, long saidMillis) {
    if (saidMillis > trainedToSaidMillis) {
      trainedToMillis = endMillis;
      trainedToSaidMillis = saidMillis;
    } else if (saidMillis == trainedToSaidMillis) {
      trainedToMillis = Math.max(trainedToMillis, endMillis);
    }
  }

  void take(Observation observation, long tickMillis) {
    TreeMap<Long, Observation> windows =
        observed.computeIfAbsent(observation.slot(), slot -> new TreeMap<>());
    windows.merge(
        observation.windowEndMillis(), observation, (old, now) -> now.replaces(old) ? now : old);
    drop(windows, WINDOWS);
    if (observed.size() > SLOTS) {
      String oldest = oldestSlot();
      observed.remove(oldest);
      seen.remove(oldest);
    }
    if (observation.samples() > 0 && observation.windowEndMillis() > lastDataMillis) {
      lastDataMillis = observation.windowEndMillis();
      lastArrivalMillis = Math.max(lastArrivalMillis, tickMillis);
    }
    firstSeenMillis = Math.min(firstSeenMillis, observation.windowStartMillis());
  }

  void take(LabelledWindow window) {
    if (window.windowEndMillis() <= settledToMillis) {
      return;
    }
    labelled.merge(
        window.windowEndMillis(),
        window,
        (old, now) -> now.revision() >= old.revision() ? now : old);
    while (labelled.size() > BURST) {
      settle(labelled.pollFirstEntry().getValue());
    }
  }

  /**
   * Takes out what lies behind what judgements have looked at, slot by slot, of windows up to a
   * time. What a judgement at that time would not see stays.
   */
  public Further takeOutFurther(long toMillis) {
    Further further = takeOutFurtherLabels(toMillis);
    if (!seen.isEmpty()) {
      for (String slot : List.copyOf(observed.keySet())) {
        takeOut(slot, toMillis, further);
      }
    }
    return further;
  }

  private void takeOut(String slot, long toMillis, Further further) {
    TreeMap<Long, Observation> windows = Objects.requireNonNull(observed.get(slot));
    NavigableMap<Long, Observation> later =
        windows.headMap(toMillis, true).tailMap(seenTo(slot, toMillis), false);
    if (!later.isEmpty()) {
      further.observed().put(slot, new TreeMap<>(later));
      later.clear();
      if (windows.isEmpty()) {
        observed.remove(slot);
      }
    }
  }

  /** The same of labelled windows alone. */
  public Further takeOutFurtherLabels(long toMillis) {
    Further further = new Further();
    // A release that noted nothing has looked at all that was there.
    if (!seen.isEmpty()) {
      NavigableMap<Long, LabelledWindow> later =
          labelled.headMap(toMillis, true).tailMap(seenTo(LABELS, toMillis), false);
      further.labelled().putAll(later);
      later.clear();
    }
    return further;
  }

  private long seenTo(String slot, long most) {
    Seen looked = seen.get(slot);
    return looked == null ? Long.MIN_VALUE : Math.min(most, looked.windowEndMillis());
  }

  /** Puts back what was taken out. */
  public void putBack(Further further) {
    further
        .observed()
        .forEach(
            (slot, windows) ->
                observed.computeIfAbsent(slot, any -> new TreeMap<>()).putAll(windows));
    labelled.putAll(further.labelled());
  }

  /** End of the newest labelled window for which there is no room; MIN_VALUE for none. */
  public long surplusToMillis() {
    long end = Long.MIN_VALUE;
    int surplus = labelled.size() - LABELLED;
    for (long each : labelled.keySet()) {
      if (surplus-- <= 0) {
        break;
      }
      end = each;
    }
    return end;
  }

  /** Lets go the labelled windows for which there is no room; they have been learnt from. */
  public void settleSurplus() {
    while (labelled.size() > LABELLED) {
      settle(labelled.pollFirstEntry().getValue());
    }
  }

  private void settle(LabelledWindow window) {
    add(window, pooled);
    if (window.windowEndMillis() <= referenceToMillis) {
      add(window, reference);
    }
    settledToMillis = window.windowEndMillis();
  }

  private static void add(LabelledWindow window, SortedMap<String, Pooled> pools) {
    window.metrics().forEach((name, value) -> pools.merge(name, Pooled.of(value), Pooled::and));
  }

  private String oldestSlot() {
    String oldest = observed.firstKey();
    long oldestEnd = Long.MAX_VALUE;
    for (var slot : observed.entrySet()) {
      if (slot.getValue().lastKey() < oldestEnd) {
        oldest = slot.getKey();
        oldestEnd = slot.getValue().lastKey();
      }
    }
    return oldest;
  }

  private static void drop(NavigableMap<Long, ?> windows, int most) {
    while (windows.size() > most) {
      windows.pollFirstEntry();
    }
  }

  /**
   * Whether nothing of a later window has been looked at than of the one that counted last: then
   * that one may count anew, in its own place, however late it is corrected.
   */
  public boolean isCountedLast() {
    return countedMillis != 0
        && seen.values().stream().allMatch(looked -> looked.windowEndMillis() <= countedMillis);
  }

  /**
   * Whether what is new counts. A correction of a window that others have followed does not: what
   * stood beside it may be gone by now.
   *
   * @param further whether anything is known of a later window than those that were looked at
   */
  public boolean mayCount(long windowEndMillis, boolean further) {
    return further || countedMillis == 0 || windowEndMillis == countedMillis;
  }

  /**
   * A window counts: a further one, or the last one anew, for more has become known of it. Windows
   * count, and not what arrives.
   *
   * @param further whether anything is known of a later window than those that were looked at
   * @param lookedAt what judgements had looked at before this one
   * @return whether it counts anew
   */
  public boolean count(long windowEndMillis, boolean further, SortedMap<String, Seen> lookedAt) {
    boolean anew = countedMillis != 0 && !(further && windowEndMillis > countedMillis);
    if (!anew) {
      countedMillis = windowEndMillis;
      seenBefore.clear();
      seenBefore.putAll(lookedAt);
      keepAsBefore();
    } else {
      rollbackPs.clear();
      rollbackPs.putAll(rollbackPsBefore);
      position = positionBefore;
      firings.clear();
      firings.putAll(firingsBefore);
      countedSignals.forEach(this::forgetNewest);
      restoreEpisode();
    }
    countedSignals.clear();
    return anew;
  }

  private void keepAsBefore() {
    positionBefore = position;
    firingsBefore.clear();
    firingsBefore.putAll(firings);
    rollbackPsBefore.clear();
    rollbackPsBefore.putAll(rollbackPs);
    stateBefore = state;
    sinceBefore = sinceMillis;
    episodeBefore = episode;
    episodeSinceBefore = episodeSinceMillis;
    heardAtBefore = heardAtMillis;
    reasonClassBefore = reasonClass;
  }

  /** One that begins with the window goes on if it is still stale: of one cause there is one id. */
  private void restoreEpisode() {
    if (episodeBefore != null) {
      episode = episodeBefore;
      episodeSinceMillis = episodeSinceBefore;
      heardAtMillis = heardAtBefore;
      reasonClass = reasonClassBefore;
    }
  }

  private void forgetNewest(String signal) {
    List<Double> values = history.get(signal);
    if (values != null) {
      values.remove(values.size() - 1);
      if (values.isEmpty()) {
        history.remove(signal);
      }
    }
  }

  /** Adds a window's signals to the history; a signal that is not there has no value in it. */
  public void remember(SortedMap<String, Double> signals) {
    countedSignals.addAll(signals.keySet());
    signals.forEach(
        (name, value) -> {
          List<Double> values = history.computeIfAbsent(name, n -> new ArrayList<>());
          values.add(value);
          if (values.size() > HISTORY) {
            values.remove(0);
          }
        });
  }

  /**
   * Observations keep so many of the features at fault; which of them are named decides nothing.
   */
  public void keepFeatures(int most) {
    for (TreeMap<Long, Observation> windows : observed.values()) {
      windows.replaceAll((end, observation) -> observation.withFeatures(most));
    }
  }

  /** Older windows of a slot decide nothing, unless the newest is still to be judged. */
  public void keepNewestWindows() {
    observed.values().forEach(windows -> drop(windows, 2));
  }

  public void forgetHistory() {
    history.clear();
    countedSignals.clear();
  }

  /** What another version is compared with: how good it was, and when. */
  VersionFile ofLabels() {
    VersionFile part = new VersionFile();
    part.labelled.putAll(labelled);
    part.pooled.putAll(pooled);
    part.firstSeenMillis = firstSeenMillis;
    part.lastDataMillis = lastDataMillis;
    part.primaryAtMillis = primaryAtMillis;
    return part;
  }

  /**
   * Whether the fleet knows of the episode at a tick, and of others that began with it.
   *
   * @param heardMillis the newest tick of which it has heard the model's state: behind its ticks a
   *     job says what it has found long after the ticks at which it should have been heard
   */
  public boolean isHeardOf(long tickMillis, long heardMillis) {
    return tickMillis >= heardAtMillis && heardMillis >= heardAtMillis - HEARD_MILLIS;
  }

  /** Whether a command that waited may leave at a tick, for the fleet has heard of the episode. */
  public boolean looksAgainAt(long tickMillis, long heardMillis) {
    return looksAgain && isHeardOf(tickMillis, heardMillis);
  }

  /** It predicts no more: should it come back, it begins anew, and so would an episode. */
  public void forgetLevel() {
    position = Hysteresis.Position.START;
    episode = null;
    episodeSinceMillis = 0;
    heardAtMillis = 0;
    looksAgain = false;
    reasonClass = null;
    history.clear();
    firings.clear();
    positionBefore = Hysteresis.Position.START;
    firingsBefore.clear();
    stateBefore = null;
    sinceBefore = 0;
    episodeBefore = null;
    episodeSinceBefore = 0;
    heardAtBefore = 0;
    reasonClassBefore = null;
    countedSignals.clear();
  }

  /** Enters a state at a time, or stays in it. */
  public void enter(ModelState next, @Nullable Suspension why, long atMillis) {
    if (next != state || sinceMillis == 0) {
      sinceMillis = atMillis;
    }
    enterNow(next, why);
  }

  /**
   * The same after a window that has counted anew: a state that it was in before that window, it
   * has been in all the time.
   */
  public void enterAnew(ModelState next, @Nullable Suspension why, long atMillis) {
    boolean back = next != state && next == stateBefore && sinceBefore != 0;
    enter(next, why, back ? sinceBefore : atMillis);
  }

  private void enterNow(ModelState next, @Nullable Suspension why) {
    state = next;
    suspension = next == ModelState.SUSPENDED ? why : null;
  }
}
