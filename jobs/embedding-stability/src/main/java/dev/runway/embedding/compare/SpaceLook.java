package dev.runway.embedding.compare;

import dev.runway.drift.embedding.PairStatistics;
import dev.runway.drift.embedding.StabilityMeasures;
import dev.runway.drift.embedding.StabilityOptions;
import dev.runway.drift.embedding.StabilityReport;
import dev.runway.drift.embedding.verdict.NoiseFloor;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.KeptVersion;
import dev.runway.embedding.state.ToldPair;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpaceCodec;
import dev.runway.model.EmbeddingStability;
import dev.runway.model.EmbeddingStability.Rotation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.util.Collector;
import org.ejml.data.DMatrixRMaj;
import org.jspecify.annotations.Nullable;

/** One look at a space: compares the pairs of which more is known than was told. */
final class SpaceLook {
  private final EmbeddingSpace space;
  private final @Nullable Pair baseline;
  private final KeptItems items;
  private final MapState<String, ToldPair> told;
  private final @Nullable RotationFiles rotations;
  private final int neighbourItems;
  private final int document;

  /** Read when the first pair asks for it, for mostly none does. */
  private @Nullable Map<String, long[]> counting;

  /**
   * @param told what was told last, by {@link #name}; kept up
   * @param rotations null where none are kept
   */
  SpaceLook(
      EmbeddingSpace space,
      KeptItems items,
      MapState<String, ToldPair> told,
      @Nullable RotationFiles rotations,
      int neighbourItems) {
    this.space = space;
    this.baseline = space.baseline();
    this.items = items;
    this.told = told;
    this.rotations = rotations;
    this.neighbourItems = neighbourItems;
    this.document = Arrays.hashCode(EmbeddingSpaceCodec.write(space));
  }

  /**
   * Tells what is new.
   *
   * @return pairs that were compared
   */
  int tell(Collector<EmbeddingStability> out) throws Exception {
    List<Pair> pairs = new ArrayList<>();
    if (baseline != null) {
      // First, for the others are judged by it.
      pairs.add(baseline);
    }
    space.pairs().stream().filter(pair -> !pair.equals(baseline)).forEach(pairs::add);
    forgetOthers(pairs);
    int compared = 0;
    for (Pair pair : pairs) {
      String basis = basis(pair);
      ToldPair last = told.get(name(pair));
      if (isThere(pair) && (last == null || !last.basis().equals(basis))) {
        tell(pair, basis, last, out);
        compared++;
      }
    }
    return compared;
  }

  private void forgetOthers(List<Pair> pairs) throws Exception {
    List<String> names = pairs.stream().map(SpaceLook::name).toList();
    List<String> gone = new ArrayList<>();
    for (String name : told.keys()) {
      if (!names.contains(name)) {
        gone.add(name);
      }
    }
    for (String name : gone) {
      told.remove(name);
    }
  }

  private boolean isThere(Pair pair) throws Exception {
    return items.version(pair.before()) != null || items.version(pair.after()) != null;
  }

  private void tell(
      Pair pair, String basis, @Nullable ToldPair last, Collector<EmbeddingStability> out)
      throws Exception {
    long[] common = Hashes.common(hashes(pair.before()), hashes(pair.after()));
    Freshness freshness = new Freshness(common.length);
    StabilityReport report = compare(pair, common, freshness);
    NoiseFloor own = pair.equals(baseline) ? NoiseFloor.find(report) : null;
    PairResult result =
        new PairResult(
            space,
            pair,
            hashes(pair.before()).length,
            hashes(pair.after()).length,
            asOf(pair),
            report,
            freshness.metrics(),
            pair.equals(baseline) ? own : floor());
    Rotation rotation = rotation(pair, report.rotation(), last);
    out.collect(result.event(rotation));
    told.put(name(pair), toldNow(basis, own, rotation, last));
  }

  /** The document, and the vectors of the pair and of the one it is judged by. */
  private String basis(Pair pair) throws Exception {
    StringBuilder basis = new StringBuilder().append(document);
    for (String version : versions(pair)) {
      KeptVersion kept = items.version(version);
      basis.append('|').append(kept == null ? 0 : kept.changes());
    }
    return basis.toString();
  }

  private List<String> versions(Pair pair) {
    return baseline == null
        ? List.of(pair.before(), pair.after())
        : List.of(pair.before(), pair.after(), baseline.before(), baseline.after());
  }

  private long asOf(Pair pair) throws Exception {
    long newest = Long.MIN_VALUE;
    for (String version : versions(pair)) {
      KeptVersion kept = items.version(version);
      newest = Math.max(newest, kept == null ? Long.MIN_VALUE : kept.newestMillis());
    }
    return newest;
  }

  private @Nullable NoiseFloor floor() throws Exception {
    if (baseline == null) {
      return NoiseFloor.ideal();
    }
    ToldPair measured = told.get(name(baseline));
    return measured == null ? null : measured.floor();
  }

  /** In the order of the hashes, so that the same vectors give the same bits. */
  private StabilityReport compare(Pair pair, long[] common, Freshness freshness) throws Exception {
    PairStatistics statistics =
        new PairStatistics(dimensions(pair.before()), dimensions(pair.after()), neighbourItems);
    for (long hash : common) {
      ItemVector after = items.get(pair.after(), hash);
      statistics.add(hash, items.get(pair.before(), hash).vector(), after.vector());
      freshness.add(after);
    }
    return StabilityMeasures.of(statistics, StabilityOptions.standard());
  }

  private int dimensions(String version) {
    EmbeddingSpace.Version declared = space.find(version);
    if (declared == null) {
      throw new IllegalStateException("a document that names an undeclared version " + version);
    }
    return declared.dimensions();
  }

  private long[] hashes(String version) throws Exception {
    Map<String, long[]> known = counting;
    if (known == null) {
      known = items.counting(space);
      counting = known;
    }
    return known.getOrDefault(version, new long[0]);
  }

  private @Nullable Rotation rotation(
      Pair pair, @Nullable DMatrixRMaj matrix, @Nullable ToldPair last) throws IOException {
    if (rotations == null || matrix == null) {
      return null;
    }
    Rotation written = rotations.write(space.spaceId(), pair, matrix);
    String former = last == null ? null : last.formerRotation();
    if (former != null && !former.equals(written.uri())) {
      rotations.remove(former);
    }
    return written;
  }

  private static ToldPair toldNow(
      String basis,
      @Nullable NoiseFloor own,
      @Nullable Rotation rotation,
      @Nullable ToldPair last) {
    String uri = rotation == null ? null : rotation.uri();
    String before = last == null ? null : last.rotation();
    return new ToldPair(basis, own, uri, before != null && before.equals(uri) ? null : before);
  }

  /** Names of versions have no control characters. */
  private static String name(Pair pair) {
    return pair.before() + '\n' + pair.after();
  }
}
