package dev.runway.embedding.compare;

import dev.runway.embedding.state.ItemKey;
import dev.runway.embedding.state.ItemKeySerializer;
import dev.runway.embedding.state.ItemVector;
import dev.runway.embedding.state.ItemVectorSerializer;
import dev.runway.embedding.state.KeptVersion;
import dev.runway.embedding.state.KeptVersionSerializer;
import dev.runway.embedding.state.SampledVector;
import dev.runway.model.EmbeddingSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * The vectors of a space's versions: of each version the items with the lowest hashes, each with
 * the vector that was stored last. What counts of them, see {@link #counting}, follows from which
 * vectors came, and not from their order.
 *
 * <p>State per space: {@code item-vector}, a row for each item and version, at most twice the
 * sample size of each; {@code kept-version}, a few numbers for each version. A vector that comes
 * writes its own row and those numbers.
 */
final class KeptItems {
  private static final long MINUTE_MILLIS = 60_000;

  /** What became of a vector. */
  enum Fate {
    /** The first one of its item. */
    KEPT,
    /** It was stored later than the one before, and took its place. */
    REPLACED,
    /** It was stored earlier than the one that is kept. */
    SUPERSEDED,
    /** It is the one that is kept. */
    REPEATED,
    /** It or the one that was kept is a dead letter: one time, two vectors. */
    CONFLICT,
    /** Its item is none of the sample. */
    OUTSIDE
  }

  private final MapState<ItemKey, ItemVector> vectors;
  private final MapState<String, KeptVersion> versions;

  KeptItems(RuntimeContext context) {
    vectors =
        context.getMapState(
            new MapStateDescriptor<>(
                "item-vector", ItemKeySerializer.TYPE, ItemVectorSerializer.TYPE));
    versions =
        context.getMapState(
            new MapStateDescriptor<>("kept-version", Types.STRING, KeptVersionSerializer.TYPE));
  }

  /**
   * Takes a vector, or that an item left its version.
   *
   * @param space the document that it fits
   * @param contradicted takes the vector that does not count where two of one time differ
   */
  Fate add(SampledVector in, EmbeddingSpace space, Consumer<ItemVector> contradicted)
      throws Exception {
    ItemVector item = in.item();
    int wanted = space.sampleSize();
    int dimensions = space.require(in.version()).dimensions();
    KeptVersion before = versions.get(in.version());
    if (before != null && before.dimensions() != dimensions) {
      // The document says so since the last look.
      remove(in.version());
      before = null;
    }
    KeptVersion kept = before == null ? KeptVersion.empty(dimensions) : before;
    kept = kept.under(space.sampleRate());
    kept = kept.seen(Math.floorDiv(item.storedAtMillis(), MINUTE_MILLIS) * MINUTE_MILLIS);
    ItemKey key = new ItemKey(in.version(), in.hash());
    Fate fate = Fate.OUTSIDE;
    if (kept.hasPlaceFor(in.hash(), wanted)) {
      ItemVector known = vectors.get(key);
      if (known == null) {
        fate = Fate.KEPT;
        vectors.put(key, item);
        kept = kept.with(in.hash());
        if (kept.isOverfull(wanted)) {
          kept = letGo(in.version(), kept, wanted);
        }
      } else {
        ItemVector.Order order = item.against(known);
        fate = settle(order, item, known, contradicted);
        if (order.counts()) {
          vectors.put(key, item);
          kept = kept.changed(kept.items(), kept.highest());
        }
      }
    }
    if (before == null || !kept.equals(before)) {
      versions.put(in.version(), kept);
    }
    return fate;
  }

  private static Fate settle(
      ItemVector.Order order,
      ItemVector item,
      ItemVector known,
      Consumer<ItemVector> contradicted) {
    return switch (order) {
      case NEWER -> Fate.REPLACED;
      case OLDER -> Fate.SUPERSEDED;
      case REPEATED, CAUSED_EARLIER -> Fate.REPEATED;
      case CONTRADICTS -> {
        contradicted.accept(known);
        yield Fate.CONFLICT;
      }
      case CONTRADICTED -> {
        contradicted.accept(item);
        yield Fate.CONFLICT;
      }
    };
  }

  /** Lets all but the lowest items of a version go; once in as many new ones as stay. */
  private KeptVersion letGo(String version, KeptVersion kept, int wanted) throws Exception {
    long[] hashes = new long[kept.items()];
    fill(version, hashes);
    Hashes.sort(hashes);
    for (int i = wanted; i < hashes.length; i++) {
      vectors.remove(new ItemKey(version, hashes[i]));
    }
    return kept.changed(wanted, hashes[wanted - 1]);
  }

  private void removeIf(Predicate<ItemKey> isGone) throws Exception {
    List<ItemKey> gone = new ArrayList<>();
    for (ItemKey key : vectors.keys()) {
      if (isGone.test(key)) {
        gone.add(key);
      }
    }
    for (ItemKey key : gone) {
      vectors.remove(key);
    }
  }

  /** Lets versions go that the document does not name, or names with other dimensions. */
  void retain(EmbeddingSpace space) throws Exception {
    List<String> gone = new ArrayList<>();
    Map<String, KeptVersion> lowered = new HashMap<>();
    for (Map.Entry<String, KeptVersion> entry : versions.entries()) {
      EmbeddingSpace.Version declared = space.find(entry.getKey());
      KeptVersion kept = entry.getValue();
      KeptVersion now = kept.under(space.sampleRate());
      if (declared == null || declared.dimensions() != kept.dimensions()) {
        gone.add(entry.getKey());
      } else if (!now.equals(kept)) {
        lowered.put(entry.getKey(), now);
      }
    }
    versions.putAll(lowered);
    for (String version : gone) {
      remove(version);
    }
  }

  private void remove(String version) throws Exception {
    removeIf(key -> key.version().equals(version));
    versions.remove(version);
  }

  /** What is known of a version, or null. */
  @Nullable KeptVersion version(String version) throws Exception {
    return versions.get(version);
  }

  boolean isEmpty() throws Exception {
    return versions.isEmpty();
  }

  /** The items of a version that count by its document, of those that its rate keeps. */
  Hashes.Sample counting(String version, EmbeddingSpace space) throws Exception {
    KeptVersion kept = versions.get(version);
    long[] hashes = new long[kept == null ? 0 : kept.items()];
    long[] gone = new long[hashes.length];
    int count = 0;
    int left = 0;
    for (Map.Entry<ItemKey, ItemVector> entry : vectors.entries()) {
      ItemKey key = entry.getKey();
      if (key.version().equals(version)) {
        hashes[count++] = key.hash();
        if (!entry.getValue().isThere()) {
          gone[left++] = key.hash();
        }
      }
    }
    long[] all = Hashes.lowest(hashes, space.sampleSize(), space.sampleRate());
    long reach = kept == null ? Hashes.ALL : kept.reach();
    return Hashes.Sample.of(
        all,
        Arrays.copyOf(gone, left),
        Hashes.known(all, space.sampleSize(), space.sampleRate(), reach));
  }

  private void fill(String version, long[] hashes) throws Exception {
    int count = 0;
    for (ItemKey key : vectors.keys()) {
      if (key.version().equals(version)) {
        hashes[count++] = key.hash();
      }
    }
  }

  /** An item that is kept. */
  ItemVector get(String version, long hash) throws Exception {
    ItemVector item = vectors.get(new ItemKey(version, hash));
    if (item == null) {
      throw new IllegalStateException("no vector of an item that is kept in " + version);
    }
    return item;
  }

  void clear() {
    vectors.clear();
    versions.clear();
  }
}
