package dev.runway.retraintrigger.decision;

import dev.runway.drift.staleness.Fusion;
import dev.runway.drift.staleness.Hysteresis;
import dev.runway.drift.window.Tier;
import dev.runway.model.Episode;
import dev.runway.model.ModelState;
import dev.runway.model.RetrainCommand;
import dev.runway.model.SignalPart;
import dev.runway.model.Suspension;
import dev.runway.policy.Facts;
import dev.runway.policy.RetrainPolicy;
import dev.runway.retraintrigger.decision.LabelJudge.Comparison;
import dev.runway.retraintrigger.decision.Standing.Frozen;
import dev.runway.retraintrigger.signal.SignalBoard;
import dev.runway.retraintrigger.state.Dossier;
import dev.runway.retraintrigger.state.ModelFacts;
import dev.runway.retraintrigger.state.Seen;
import dev.runway.retraintrigger.state.VersionFile;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges one version at the end of one window.
 *
 * <p>A function of the bytes that are kept with the decision: it reads these, and knows nothing
 * else, neither a clock nor what it has said before. So a decision can be made again.
 */
public final class Judge {
  private final byte[] bytes;
  private final DecisionInputs inputs;
  private final Dossier dossier;
  private final ModelFacts facts;
  private final VersionFile file;
  private final PolicyJudge policies;
  private final long horizonMillis;

  private Judge(byte[] bytes) {
    this.bytes = bytes;
    this.inputs = DecisionInputs.of(bytes);
    this.dossier = inputs.dossier();
    this.facts = Objects.requireNonNull(dossier.facts, "nothing is judged without a document");
    this.file =
        Objects.requireNonNull(
            dossier.versions.get(inputs.version()), "a version that is judged has a file");
    this.policies = new PolicyJudge(inputs.policies());
    this.horizonMillis = facts.horizonMillis();
  }

  /**
   * Judges by what is stored.
   *
   * @throws IllegalArgumentException if the bytes are not inputs of a decision
   */
  public static Judgement judge(byte[] inputs) {
    return new Judge(inputs).judge();
  }

  private Judgement judge() {
    ModelState before = file.state;
    long windowMillis = Tier.of(facts.tier()).windowMillis();
    RetrainPolicy first = policies.first();
    BoardReader reader =
        new BoardReader(
            file, inputs.settings(), inputs.windowEndMillis(), windowMillis, horizonMillis);
    boolean further = reader.hasFurtherWindow();
    Frozen frozen = Standing.of(inputs, file, facts, windowMillis, reader.coverage());
    boolean waits = file.looksAgain;
    boolean again = file.looksAgainAt(inputs.tickMillis(), inputs.heardMillis());
    BoardReader corrected = corrected(reader, further, frozen);
    boolean news = reader.hasNews() || corrected != null;
    BoardReader asked = again && !news ? reader.countedLast() : null;
    BoardReader place = firstOf(corrected, inputs.readsInPlace() ? asked : null, reader);
    // Where a window is judged of which nothing is known, the command goes on waiting.
    file.looksAgain = file.looksAgain && !again && !news;
    SortedMap<String, Seen> lookedAt = new TreeMap<>(file.seen);
    List<SignalPart> standing = standing(place.endMillis(), windowMillis);
    SignalBoard board = place.read(cadenceMillis(first), standing);
    lookAtDeclined(reader, corrected);
    if (corrected != null && (frozen == null || !frozen.isSilent())) {
      reader.lookAt();
    }
    Fusion fused = board.fused();
    Double score = frozen == null ? fused.score() : null;
    boolean counts =
        corrected != null
            || (score != null && news && file.mayCount(inputs.windowEndMillis(), further));
    boolean decides = score != null && (news || again);
    if (score != null && decides) {
      board.name("score", score);
      board.name("signal_coverage", fused.coverage());
    }
    SignalBoard counting = board;
    boolean anew = false;
    if (counts) {
      anew = file.count(place.endMillis(), further && corrected == null, lookedAt);
      counting = place.counting(board, cadenceMillis(first), standing);
      file.remember(counting.named());
    }
    Comparison rollback = decides ? rollback(place, counts) : null;
    double samples = counting.named().getOrDefault("samples", 0.0);
    RetrainPolicy firing =
        policies.firing(
            file,
            facts(counting, place.ageMillis()),
            facts(board, reader.ageMillis()),
            counts,
            waits,
            samples);
    if (counts) {
      count(board, counting, first, firing != null || rollback != null);
    }
    followLevel(board, place.endMillis());
    enterState(frozen, anew, place.endMillis());
    RetrainPolicy policy = firing == null ? first : firing;
    return new Verdicts(bytes, inputs, facts, file, board, fused, policies, policy)
        .decide(before, score, decides, firing != null, rollback);
  }

  /** What is known of the version beside what is measured of it window by window. */
  private List<SignalPart> standing(long endMillis, long windowMillis) {
    SignalPart embedding = SpaceJudge.part(dossier, inputs.version(), endMillis);
    SignalPart experiment =
        ExperimentJudge.part(
            dossier,
            inputs.version(),
            endMillis,
            windowMillis,
            inputs.settings().minLabels(),
            inputs.tickMillis());
    return Stream.of(embedding, experiment).filter(part -> part != null).toList();
  }

  /** What may not count is looked at none the less: else it would be news with every tick. */
  private static void lookAtDeclined(BoardReader reader, @Nullable BoardReader corrected) {
    BoardReader declined = corrected == null ? reader.corrected() : null;
    if (declined != null) {
      declined.lookAt();
    }
  }

  private static BoardReader firstOf(
      @Nullable BoardReader first, @Nullable BoardReader second, BoardReader third) {
    if (first != null) {
      return first;
    }
    return second == null ? third : second;
  }

  /**
   * The window that counted last, where it is to count anew in its own place though others have
   * been judged since, of which nothing was known. It may while a version is silent, too: else it
   * would matter whether a correction comes before or after the silence is noticed. Where labels
   * are too few nothing is learnt.
   */
  private @Nullable BoardReader corrected(
      BoardReader reader, boolean further, @Nullable Frozen frozen) {
    if (!inputs.readsInPlace()) {
      return null;
    }
    if (frozen == null) {
      return further ? null : reader.corrected();
    }
    boolean may =
        switch (frozen.state()) {
          case NO_DATA -> true;
          case SUSPENDED -> frozen.suspension() != Suspension.COVERAGE_FLOOR;
          case WARMING, HEALTHY, AT_RISK, STALE, RETRAINING, DEPRECATED, RETIRED -> false;
        };
    return may ? reader.corrected() : null;
  }

  private long cadenceMillis(@Nullable RetrainPolicy policy) {
    Duration cadence = policy == null ? null : policy.cadence();
    return cadence == null ? inputs.settings().cadenceMillis() : cadence.toMillis();
  }

  /** Null unless the version has the traffic, is young, and is worse than the one before it. */
  private @Nullable Comparison rollback(BoardReader place, boolean counts) {
    if (!inputs.version().equals(dossier.primary)) {
      return null; // Of a canary its gate judges.
    }
    String before = dossier.before(inputs.version());
    // A window that counts anew does so as young as the version was then.
    boolean young = place.endMillis() - file.firstSeenMillis < inputs.settings().rollbackMillis();
    if (before == null || !young) {
      return null;
    }
    VersionFile other = Objects.requireNonNull(dossier.versions.get(before));
    Comparison comparison = place.labels().against(other, before, counts);
    boolean worse =
        comparison != null
            && comparison.worsening() > 0
            && comparison.p() < inputs.settings().rollbackAlpha();
    return worse ? comparison : null;
  }

  private Facts facts(SignalBoard board, long ageMillis) {
    return new Facts(
        board.named(),
        Collections.unmodifiableSortedMap(file.history),
        Map.of(
            "id",
            dossier.modelId,
            "version",
            inputs.version(),
            "tier",
            (long) facts.tier(),
            "team",
            facts.team() == null ? "" : facts.team(),
            "canary",
            !inputs.version().equals(dossier.primary)),
        ageMillis < 0 ? null : Duration.ofMillis(ageMillis));
  }

  /**
   * Up or down by the score. Of a window in which nothing was measured nothing is learnt: it
   * neither ends an episode nor interrupts what leads to one.
   *
   * @param counting the board without what has counted already
   */
  private void count(
      SignalBoard board, SignalBoard counting, @Nullable RetrainPolicy first, boolean alarmed) {
    Hysteresis levels = levels(first);
    if (board.isWithoutLabels()) {
      levels = levels.stricter(inputs.settings().stricterBy());
    }
    Double all = board.fused().score();
    Double fresh = counting.fused().score();
    if (all != null && fresh != null && !counting.measuresNothing()) {
      file.position = next(levels, file.position, all, fresh);
    }
    if (alarmed) {
      file.position = new Hysteresis.Position(Hysteresis.STALE, 0, 0, 0, 0);
    }
  }

  /**
   * Where the score with what has counted already leads another way than the one without it, all
   * stays as it is: what has counted must not count twice, and that it is missing is no recovery.
   */
  private static Hysteresis.Position next(
      Hysteresis levels, Hysteresis.Position now, double all, double fresh) {
    Hysteresis.Position lower = levels.next(now, Math.min(all, fresh));
    Hysteresis.Position higher = levels.next(now, Math.max(all, fresh));
    int way = way(now, lower);
    if (way != way(now, higher)) {
      return now;
    }
    return way > 0 ? lower : higher;
  }

  private static int way(Hysteresis.Position now, Hysteresis.Position next) {
    if (next.level() != now.level()) {
      return Integer.compare(next.level(), now.level());
    }
    return Integer.compare(next.ups(), next.downs());
  }

  /** Into an episode or out of it. */
  private void followLevel(SignalBoard board, long windowEndMillis) {
    boolean stale = file.position.level() == Hysteresis.STALE;
    if (stale && file.episode == null) {
      file.episodeSinceMillis = windowEndMillis;
      file.heardAtMillis = inputs.tickMillis() + VersionFile.HEARD_MILLIS;
      file.episode = Episode.of(dossier.modelId, inputs.version(), windowEndMillis);
      file.reasonClass = reasonClass(board.worst());
    } else if (!stale) {
      file.episode = null;
      file.reasonClass = null;
      file.heardAtMillis = 0;
    }
  }

  private Hysteresis levels(@Nullable RetrainPolicy policy) {
    RetrainPolicy.Thresholds own = policy == null ? null : policy.thresholds();
    return own == null
        ? Hysteresis.ofTier(facts.tier())
        : Hysteresis.of(own.atRisk(), own.stale(), own.windows());
  }

  private RetrainCommand.ReasonClass reasonClass(SignalPart.@Nullable Signal worst) {
    if (inputs.around().generation() > 0) {
      return RetrainCommand.ReasonClass.UPSTREAM;
    }
    if (worst == null) {
      return RetrainCommand.ReasonClass.DRIFT;
    }
    return switch (worst) {
      case AGE -> RetrainCommand.ReasonClass.AGE;
      case DATA_DRIFT, EMBEDDING, CUSTOM -> RetrainCommand.ReasonClass.DRIFT;
      case CONCEPT_DRIFT -> RetrainCommand.ReasonClass.CONCEPT;
      case PERFORMANCE, EXPERIMENT -> RetrainCommand.ReasonClass.PERFORMANCE;
    };
  }

  /**
   * Into the state that follows.
   *
   * @param anew whether a window has counted once more
   * @param placeMillis end of the window that was read: of an earlier one where that counts anew
   */
  private void enterState(@Nullable Frozen frozen, boolean anew, long placeMillis) {
    if (frozen != null) {
      if (frozen.state() == ModelState.RETIRED) {
        file.forgetLevel();
      }
      file.enter(frozen.state(), frozen.suspension(), inputs.windowEndMillis());
      return;
    }
    long end = inputs.windowEndMillis();
    boolean unmeasured =
        inputs.warmsUnmeasured() && Standing.isUnmeasured(file, facts, inputs.settings(), end);
    ModelState next = Standing.state(dossier, inputs.version(), file, unmeasured);
    long since = placeMillis < end ? Math.max(placeMillis, file.sinceMillis) : end;
    if (anew) {
      file.enterAnew(next, null, since);
    } else {
      file.enter(next, null, since);
    }
  }
}
