package dev.runway.embedding.compare;

import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.drift.embedding.verdict.VerdictPolicy;
import dev.runway.embedding.state.KeptVersion;
import dev.runway.embedding.state.ToldPair;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * One look at a space: compares one pair of those of which more is known than was told, and tells
 * the others again where that takes no comparing.
 */
final class SpaceLook {
  /** What did not change is told again so often, for an answer that is older may be of nobody. */
  private static final long TELL_AGAIN_MILLIS = Duration.ofDays(1).toMillis();

  /** Makes a basis one that never comes again. */
  private static final String AGAIN = "!";

  private final EmbeddingSpace space;
  private final @Nullable Pair baseline;
  private final KeptItems items;
  private final MapState<String, ToldPair> told;
  private final PairComparer comparer;
  private final Endings endings;
  private final String settings;

  /**
   * @param told what was told last, by {@link PairComparer#name}; kept up
   */
  SpaceLook(
      EmbeddingSpace space,
      KeptItems items,
      MapState<String, ToldPair> told,
      PairComparer comparer,
      Endings endings) {
    this.space = space;
    this.baseline = space.baseline();
    this.items = items;
    this.told = told;
    this.comparer = comparer;
    this.endings = endings;
    this.settings =
        VerdictPolicy.REVISION
            + "/"
            + comparer.settings()
            + "/"
            + Arrays.hashCode(EmbeddingSpaceCodec.write(space));
  }

  /**
   * Tells what is new.
   *
   * @return whether another pair may have to be compared
   */
  boolean tell(long nowMillis, Collector<EmbeddingStability> out) throws Exception {
    List<Pair> pairs = pairs();
    endings.tell(space.spaceId(), space.revision(), pairs, out);
    Due due = null;
    int waiting = 0;
    for (Pair pair : pairs) {
      ToldPair last = told.get(PairComparer.name(pair));
      String basis = basis(pair);
      if (last != null && last.basis().equals(basis)) {
        tellAgain(pair, last, nowMillis, out);
        continue;
      }
      waiting++;
      if (due == null || isBefore(last, due.last)) {
        due = new Due(pair, basis, last);
      }
    }
    if (due == null) {
      return false;
    }
    compare(due, nowMillis, out);
    return waiting > 1 || (due.pair.equals(baseline) && pairs.size() > 1);
  }

  /** A pair that is to be compared. */
  private record Due(Pair pair, String basis, @Nullable ToldPair last) {}

  /** Whoever waited longest comes first, or a baseline pair that goes on changing would be all. */
  private static boolean isBefore(@Nullable ToldPair last, @Nullable ToldPair other) {
    return toldAt(last) < toldAt(other);
  }

  private static long toldAt(@Nullable ToldPair told) {
    return told == null ? Long.MIN_VALUE : told.toldAtMillis();
  }

  /** Those of which something is known. */
  private List<Pair> pairs() throws Exception {
    List<Pair> named = new ArrayList<>();
    if (baseline != null) {
      // First, for the others are judged by it.
      named.add(baseline);
    }
    named.addAll(space.pairs());
    List<Pair> pairs = new ArrayList<>();
    for (Pair pair : named) {
      boolean isThere = items.version(pair.before()) != null || items.version(pair.after()) != null;
      if (isThere && !pairs.contains(pair)) {
        pairs.add(pair);
      }
    }
    return pairs;
  }

  private void tellAgain(
      Pair pair, ToldPair last, long nowMillis, Collector<EmbeddingStability> out)
      throws Exception {
    EmbeddingStability event = last.event();
    long asOf = asOf(pair);
    if (event == null
        || (asOf <= event.asOfMillis() && nowMillis - last.toldAtMillis() < TELL_AGAIN_MILLIS)) {
      return;
    }
    EmbeddingStability again = event.asOf(Math.max(asOf, event.asOfMillis()));
    out.collect(again);
    told.put(PairComparer.name(pair), new ToldPair(last.basis(), last.floor(), again, nowMillis));
  }

  private void compare(Due due, long nowMillis, Collector<EmbeddingStability> out)
      throws Exception {
    boolean isBaseline = due.pair.equals(baseline);
    PairComparer.Compared compared =
        comparer.compare(
            space,
            due.pair,
            asOf(due.pair),
            isBaseline ? null : floor(),
            due.last == null ? null : due.last.event());
    out.collect(compared.event());
    told.put(
        PairComparer.name(due.pair),
        new ToldPair(
            due.basis + (compared.isWhole() ? "" : AGAIN),
            isBaseline ? compared.floor() : null,
            compared.event(),
            nowMillis));
  }

  /** The settings, the document, and the vectors of the pair and of the one it is judged by. */
  private String basis(Pair pair) throws Exception {
    StringBuilder basis = new StringBuilder(settings);
    for (String version : List.of(pair.before(), pair.after())) {
      KeptVersion kept = items.version(version);
      basis.append('|').append(kept == null ? 0 : kept.changes());
    }
    basis.append(comparer.refusal(space, pair));
    if (baseline != null && !pair.equals(baseline)) {
      ToldPair measured = told.get(PairComparer.name(baseline));
      basis.append('|').append(measured == null ? "-" : measured.basis());
    }
    return basis.toString();
  }

  private long asOf(Pair pair) throws Exception {
    long newest = Long.MIN_VALUE;
    for (String version : versions(pair)) {
      KeptVersion kept = items.version(version);
      newest = Math.max(newest, kept == null ? Long.MIN_VALUE : kept.newestMillis());
    }
    return newest;
  }

  private List<String> versions(Pair pair) {
    return baseline == null
        ? List.of(pair.before(), pair.after())
        : List.of(pair.before(), pair.after(), baseline.before(), baseline.after());
  }

  private @Nullable NoiseFloor floor() throws Exception {
    if (baseline == null) {
      return NoiseFloor.ideal();
    }
    ToldPair measured = told.get(PairComparer.name(baseline));
    return measured == null ? null : measured.floor();
  }
}
