package dev.runway.retraintrigger.decision;

import dev.runway.drift.window.Tier;
import dev.runway.model.Decision;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.SignalPart.Signal;
import dev.runway.model.Staleness;
import dev.runway.model.Tick;
import dev.runway.retraintrigger.policy.PolicySet;
import dev.runway.retraintrigger.signal.Observation;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.Further;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.VersionFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * What a tick makes of a dossier: every window that is due is judged, in order, each version for
 * itself, and once more when more of it becomes known. Without that only what the ledger says
 * changes a state between windows, and a new episode is looked at again.
 *
 * <p>All that has arrived before the tick counts, in whatever order it came, and time is the
 * tick's.
 */
public final class Rounds {
  /** Windows that are made up for after a gap; what is older is left out. */
  private static final int CATCH_UP = 200;

  private static final int FRESH_WINDOWS = 2;

  /**
   * What leaves.
   *
   * @param tooLarge versions of which so much is known that no decision can hold it
   */
  public record Outputs(
      List<Staleness> states,
      List<Decision> decisions,
      List<RetrainCommand> commands,
      List<String> tooLarge) {

    private Outputs() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private final Dossier dossier;
  private final PolicySet policies;
  private final Surroundings around;
  private final TriggerSettings settings;
  private final long tickMillis;
  private final Outputs out = new Outputs();

  private Rounds(
      Dossier dossier,
      PolicySet policies,
      Surroundings around,
      TriggerSettings settings,
      long tickMillis) {
    this.dossier = dossier;
    this.policies = policies;
    this.around = around;
    this.settings = settings;
    this.tickMillis = tickMillis;
  }

  /** Judges what is due and changes the dossier; nothing before the policies have been read. */
  public static Outputs tick(
      Dossier dossier,
      PolicySet policies,
      Surroundings around,
      TriggerSettings settings,
      long tickMillis) {
    Rounds rounds = new Rounds(dossier, policies, around, settings, tickMillis);
    ModelFacts facts = dossier.facts;
    rounds.learnFromBursts();
    if (facts != null && policies.complete()) {
      long windowMillis = Tier.of(facts.tier()).windowMillis();
      rounds.judgeCorrected(facts, windowMillis);
      rounds.judgeLate(facts, windowMillis);
      rounds.judgeDue(windowMillis);
      rounds.judgeNews(facts, windowMillis);
      rounds.followCommands(facts);
    }
    return rounds.out;
  }

  /**
   * All labels of a long pause may come at once: the first ones are the reference none the less.
   */
  private void learnFromBursts() {
    for (VersionFile file : dossier.versions.values()) {
      long end = file.surplusToMillis();
      if (end != Long.MIN_VALUE) {
        new LabelJudge(file, settings, end).learn();
        file.settleSurplus();
      }
    }
  }

  /**
   * What was corrected of the window that counted last, before anything further is looked at: it
   * could not count after that, and so it would matter what else comes with it, and at which of the
   * ticks between two windows.
   */
  private void judgeCorrected(ModelFacts facts, long windowMillis) {
    long end = dossier.judgedToMillis;
    if (end == 0 || (!isDue(windowMillis) && isDueSoon(windowMillis))) {
      return;
    }
    judgeWithout(
        file -> file.takeOutFurther(end),
        (version, file) -> {
          BoardReader reader = reader(file, facts, end);
          return isSettled(version)
              ? Standing.isSilent(file) && reader.corrected() != null
              : reader.correctsWhatCountedLast();
        },
        windowMillis);
  }

  /**
   * Readings that came after their window was judged, before the next one is: each counts for its
   * own, whichever tick it comes with. Labels have no window of their own, and come with the next.
   */
  private void judgeLate(ModelFacts facts, long windowMillis) {
    long end = dossier.judgedToMillis;
    if (end != 0 && isDue(windowMillis)) {
      judgeWithout(
          file -> file.takeOutFurtherLabels(end),
          (version, file) -> !isSettled(version) && reader(file, facts, end).hasNews(),
          windowMillis);
    }
  }

  /** Judges the versions that are due, as if some of what is known had not come yet. */
  private void judgeWithout(
      Function<VersionFile, Further> some,
      BiPredicate<String, VersionFile> isDue,
      long windowMillis) {
    List<String> due = new ArrayList<>();
    dossier.versions.forEach(
        (version, file) -> {
          Further later = some.apply(file);
          if (isDue.test(version, file)) {
            due.add(version);
          }
          file.putBack(later);
        });
    if (due.isEmpty()) {
      return;
    }
    choosePrimary(dossier.judgedToMillis, windowMillis);
    for (String version : due) {
      Further later = some.apply(file(version));
      judge(version, dossier.judgedToMillis);
      file(version).putBack(later);
    }
  }

  private VersionFile file(String version) {
    return Objects.requireNonNull(dossier.versions.get(version));
  }

  private boolean isDue(long windowMillis) {
    return newestDue(windowMillis) > dossier.judgedToMillis;
  }

  /** Whether the next tick judges a window, with which labels and readings come together. */
  private boolean isDueSoon(long windowMillis) {
    long next = dossier.judgedToMillis + windowMillis + settings.latenessMillis();
    return tickMillis + Tick.MINUTE_MILLIS >= next;
  }

  /** End of the newest window whose readings are due. */
  private long newestDue(long windowMillis) {
    return Math.floorDiv(tickMillis - settings.latenessMillis(), windowMillis) * windowMillis;
  }

  private void judgeDue(long windowMillis) {
    long newest = newestDue(windowMillis);
    long oldest = newest - CATCH_UP * windowMillis;
    long judgedTo = dossier.judgedToMillis == 0 ? newest - windowMillis : dossier.judgedToMillis;
    // Windows of another length, from before a change of tier, end elsewhere.
    long from = Math.floorDiv(Math.max(judgedTo, oldest), windowMillis) * windowMillis;
    for (long end = from + windowMillis; end <= newest; end += windowMillis) {
      judge(end, windowMillis);
      dossier.judgedToMillis = end;
    }
  }

  /**
   * What became known later than its window was judged, and commands of whose episodes the fleet
   * has heard, need not wait for a window; unless the next tick judges one.
   */
  private void judgeNews(ModelFacts facts, long windowMillis) {
    long end = dossier.judgedToMillis;
    boolean soon = isDueSoon(windowMillis);
    List<String> due = new ArrayList<>();
    dossier.versions.forEach(
        (version, file) -> {
          boolean waits = file.looksAgainAt(tickMillis, around.heardMillis());
          boolean news = !isSettled(version) && reader(file, facts, end).hasNews();
          if (waits || (!soon && news)) {
            due.add(version);
          }
        });
    if (!due.isEmpty()) {
      choosePrimary(end, windowMillis);
      due.forEach(version -> judge(version, end));
    }
  }

  private void judge(long endMillis, long windowMillis) {
    choosePrimary(endMillis, windowMillis);
    for (String version : List.copyOf(dossier.versions.keySet())) {
      if (!isSettled(version) || isSaidOtherwise(version)) {
        judge(version, endMillis);
      }
    }
  }

  private void judge(String version, long endMillis) {
    byte[] inputs =
        new DecisionInputs(
                DecisionInputs.FORMAT,
                tickMillis,
                endMillis,
                version,
                settings,
                around,
                policies.of(dossier.modelId),
                dossier.about(version))
            .bytes();
    if (inputs == null) {
      leaveOut(version, endMillis);
      return;
    }
    Judgement judgement = Judge.judge(inputs);
    dossier.versions.put(version, judgement.after());
    out.states.add(judgement.staleness());
    out.decisions.add(judgement.decision());
    RetrainCommand command = judgement.command();
    if (command != null) {
      out.commands.add(command);
      dossier.sent(command, judgement.cooldownMillis(), judgement.breaksCooldown());
    }
  }

  /** Until the next window, or more becomes known: it is not said with each tick. */
  private void leaveOut(String version, long endMillis) {
    if (!out.tooLarge.contains(version)) {
      out.tooLarge.add(version);
    }
    VersionFile file = dossier.versions.get(version);
    ModelFacts facts = dossier.facts;
    if (file != null && facts != null) {
      file.looksAgain = false;
      BoardReader reader = reader(file, facts, endMillis);
      BoardReader corrected = reader.corrected();
      reader.lookAt();
      if (corrected != null) {
        corrected.lookAt();
      }
    }
  }

  private BoardReader reader(VersionFile file, ModelFacts facts, long endMillis) {
    long windowMillis = Tier.of(facts.tier()).windowMillis();
    return new BoardReader(file, settings, endMillis, windowMillis, facts.horizonMillis());
  }

  /** Of a version that is gone nothing is said again and again. */
  private boolean isSettled(String version) {
    VersionFile file = dossier.versions.get(version);
    Staleness shown = file == null ? null : file.shown;
    if (file == null || shown == null || file.lastArrivalMillis > shown.atMillis()) {
      return false;
    }
    boolean over = isGone(version) || Standing.isSuperseded(dossier, version, file);
    return switch (file.state) {
      case NO_DATA -> !over;
      case RETIRED -> over;
      case WARMING, HEALTHY, AT_RISK, STALE, RETRAINING, SUSPENDED, DEPRECATED -> false;
    };
  }

  /**
   * Silent, and by now for its source. Asked when a window is due and at no other time: what the
   * fleet says comes with a tick and touches no model, so between two windows it would depend on
   * when somebody happens to look.
   */
  private boolean isSaidOtherwise(String version) {
    VersionFile file = dossier.versions.get(version);
    return file != null
        && around.sourceDown()
        && file.state == ModelState.NO_DATA
        && !isGone(version)
        && !Standing.isSuperseded(dossier, version, file);
  }

  private boolean isGone(String version) {
    ModelFacts facts = dossier.facts;
    return dossier.retired || facts == null || !facts.knows(version);
  }

  /** The version with most traffic; that of the last window while none has any. */
  private void choosePrimary(long endMillis, long windowMillis) {
    long most = 0;
    for (var entry : dossier.versions.entrySet()) {
      long traffic =
          isGone(entry.getKey()) ? 0 : traffic(entry.getValue(), endMillis, windowMillis);
      if (traffic > most) {
        most = traffic;
        dossier.primary = entry.getKey();
      }
    }
    VersionFile primary = dossier.versions.get(dossier.primary);
    if (primary != null) {
      dossier.primaryDataMillis = primary.lastDataMillis;
      primary.primaryAtMillis = most > 0 ? endMillis : primary.primaryAtMillis;
    }
  }

  private static long traffic(VersionFile file, long endMillis, long windowMillis) {
    long newest = 0;
    long samples = 0;
    for (TreeMap<Long, Observation> windows : file.observed.values()) {
      var entry = windows.floorEntry(endMillis);
      if (entry != null && entry.getValue().signal() == Signal.DATA_DRIFT) {
        Observation observation = entry.getValue();
        long fresh = FRESH_WINDOWS * Math.max(windowMillis, observation.lengthMillis());
        if (entry.getKey() > endMillis - fresh && entry.getKey() >= newest) {
          samples = entry.getKey() > newest ? 0 : samples;
          newest = entry.getKey();
          samples = Math.max(samples, observation.samples());
        }
      }
    }
    return samples;
  }

  /**
   * A grant, the end of a run, or that a version is to go, is seen at once and not at the end of a
   * window; of a version that is warming with the next one.
   */
  private void followCommands(ModelFacts facts) {
    for (var entry : dossier.versions.entrySet()) {
      VersionFile file = entry.getValue();
      Staleness shown = file.shown;
      if (shown != null && isByLevel(file.state)) {
        ModelState before = file.state;
        boolean unmeasured = Standing.isUnmeasured(file, facts, settings, shown.windowEndMillis());
        file.enter(Standing.state(dossier, entry.getKey(), file, unmeasured), null, tickMillis);
        if (file.state != before) {
          file.shown = again(shown, file, before);
          out.states.add(file.shown);
        }
      }
    }
  }

  private static boolean isByLevel(ModelState state) {
    return switch (state) {
      case HEALTHY, AT_RISK, STALE, RETRAINING, DEPRECATED -> true;
      case WARMING, SUSPENDED, NO_DATA, RETIRED -> false;
    };
  }

  private Staleness again(Staleness shown, VersionFile file, ModelState before) {
    return new Staleness(
        shown.modelId(),
        shown.modelVersion(),
        file.state,
        before,
        file.sinceMillis,
        file.episode,
        shown.score(),
        shown.coverage(),
        shown.parts(),
        shown.missing(),
        shown.features(),
        null,
        shown.policy(),
        shown.policyVersion(),
        shown.windowEndMillis(),
        Math.max(tickMillis, shown.revision() + 1),
        shown.tier(),
        shown.team(),
        tickMillis,
        !shown.modelVersion().equals(dossier.primary),
        Math.min(file.lastDataMillis, shown.windowEndMillis()));
  }
}
