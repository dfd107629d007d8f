package dev.runway.retraintrigger.cascade;

import dev.runway.drift.window.Tier;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainStatus;
import dev.runway.model.Staleness;
import dev.runway.model.Suspension;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the fleet keeps of a model; merged, so that what came first makes no difference. */
final class Member {
  private static final int COMMANDS = 32;
  private static final int VERSIONS = 16;

  private String version = "";
  ModelState state = ModelState.WARMING;

  /** Of that state; null unless it is SUSPENDED. */
  private @Nullable Suspension suspension;

  /** End of the window whose state it is; one that is newer, or has a higher revision, counts. */
  private long windowEndMillis = -1;

  private long revision = -1;

  /** Of that state; null outside of one. */
  private @Nullable String episode;

  /** When the episode began; 0 outside of one. */
  long staleSinceMillis;

  /** The tick of that state. */
  private long saidMillis;

  /** The same as it was with the tick before this one, while it is in an episode; else 0. */
  long heardMillis;

  final SortedMap<String, RetrainStatus> commands = new TreeMap<>();

  /** When a retrain of it succeeded last. */
  private long renewedAtMillis;

  /** When versions had the traffic for the first time; of the newest {@link #VERSIONS}. */
  private final SortedMap<String, Long> deployed = new TreeMap<>();

  /** And when they had it last. */
  private final SortedMap<String, Long> served = new TreeMap<>();

  /** When a version last came back that had been without the traffic for longer than that. */
  private long returnedAtMillis;

  /** Retrains upstream that led to that version. */
  int generation;

  /** End of the newest window in which it predicted; 0 where nobody has said so. */
  private long predictedUntilMillis;

  /** Of that window; 0 in what an older release has kept, which makes a window without length. */
  private long predictedWindowMillis;

  /** Whether it is one of the fleet: nothing is known of one that has only had commands. */
  boolean counts() {
    return windowEndMillis >= 0 && state != ModelState.RETIRED;
  }

  /** Whether it has predicted nothing for so long that it says so. */
  boolean isSilent() {
    return state == ModelState.NO_DATA || isSourceDown();
  }

  /** Whether it says that it is silent for its source. */
  boolean isSourceDown() {
    return state == ModelState.SUSPENDED && suspension == Suspension.SOURCE_DOWN;
  }

  /** Since when it is silent at the latest; 0 where that is not known, or it is not. */
  long silentSinceMillis() {
    return isSilent() ? predictedUntilMillis : 0;
  }

  /** Its last prediction that is known of was not before: somewhere in a window of its tier. */
  long predictedFromMillis() {
    return predictedUntilMillis - predictedWindowMillis;
  }

  /** Whether it predicted nothing in the newest window that was judged, be it the first such. */
  boolean isQuiet() {
    return isSilent() || (predictedUntilMillis > 0 && predictedUntilMillis < windowEndMillis);
  }

  /**
   * Takes a state that is the model's.
   *
   * @param settleMillis a version that comes back after a shorter time has been here all along: two
   *     that share the traffic evenly are no new ones with each window
   */
  void take(Staleness staleness, long settleMillis) {
    if (isOlderThan(staleness)) {
      noteReturn(staleness, settleMillis);
      windowEndMillis = staleness.windowEndMillis();
      revision = staleness.revision();
      version = staleness.modelVersion();
      state = staleness.state();
      suspension = staleness.suspension();
      saidMillis = staleness.atMillis();
      if (!Objects.equals(episode, staleness.episode())) {
        episode = staleness.episode();
        staleSinceMillis = 0;
      }
    }
    notePrediction(staleness);
    noteBeginning(staleness);
    deployed.merge(staleness.modelVersion(), staleness.windowEndMillis(), Math::min);
    served.merge(staleness.modelVersion(), staleness.windowEndMillis(), Math::max);
    keepNewest(deployed);
    keepNewest(served);
  }

  /** Of one end the shorter window, should its tier have changed: it may be known better. */
  private void notePrediction(Staleness staleness) {
    long until = staleness.predictedUntilMillis();
    long window = Tier.of(staleness.tier()).windowMillis();
    if (until > predictedUntilMillis) {
      predictedUntilMillis = until;
      predictedWindowMillis = window;
    } else if (until == predictedUntilMillis) {
      predictedWindowMillis = Math.min(predictedWindowMillis, window);
    }
  }

  /**
   * Whoever has taken it back, and whether or not by a command. What a model says comes in order,
   * and once more after a restart; so the newest state tells, and one that is older does not.
   */
  private void noteReturn(Staleness staleness, long settleMillis) {
    String now = staleness.modelVersion();
    // A release that did not note when it had the traffic last has noted when it had it first.
    Long last = served.getOrDefault(now, deployed.get(now));
    boolean back =
        !version.isEmpty()
            && !version.equals(now)
            && last != null
            && staleness.windowEndMillis() - last > settleMillis;
    if (back) {
      returnedAtMillis = Math.max(returnedAtMillis, staleness.windowEndMillis());
    }
  }

  private static void keepNewest(SortedMap<String, Long> times) {
    while (times.size() > VERSIONS) {
      times.values().remove(Collections.min(times.values()));
    }
  }

  /** Takes what became of a retrain: whether it has ended well, and what had led to it. */
  void noteEnd(RetrainStatus status, int ofGeneration) {
    if (status.state() != RetrainStatus.State.SUCCEEDED) {
      return;
    }
    if (status.atMillis() > renewedAtMillis) {
      generation = ofGeneration;
    } else if (status.atMillis() == renewedAtMillis) {
      generation = Math.max(generation, ofGeneration);
    }
    renewedAtMillis = Math.max(renewedAtMillis, status.atMillis());
  }

  /**
   * When it was another one last: when a retrain of it succeeded, or, whoever made it, a version
   * had the traffic for the first time, or again. 0 for one that has only had one version.
   */
  long renewedAt() {
    long changed = deployed.size() < 2 ? 0 : Collections.max(deployed.values());
    return Math.max(Math.max(renewedAtMillis, returnedAtMillis), changed);
  }

  /** A tick is over: what was heard until now was heard by all who ask at the next one. */
  void noteHeard() {
    heardMillis = episode == null ? 0 : saidMillis;
  }

  /** It may have been retrained in between, in vain, and be stale since later. */
  private void noteBeginning(Staleness staleness) {
    boolean ofEpisode = episode != null && episode.equals(staleness.episode());
    if (ofEpisode && staleness.state() == ModelState.STALE) {
      staleSinceMillis =
          staleSinceMillis == 0
              ? staleness.sinceMillis()
              : Math.min(staleSinceMillis, staleness.sinceMillis());
    }
  }

  private boolean isOlderThan(Staleness staleness) {
    if (staleness.windowEndMillis() != windowEndMillis) {
      return staleness.windowEndMillis() > windowEndMillis;
    }
    return staleness.revision() != revision
        ? staleness.revision() > revision
        : staleness.modelVersion().compareTo(version) >= 0;
  }

  /** Those that ended first go first: one that still comes twice must not seem to run again. */
  void forget() {
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
