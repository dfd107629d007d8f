package dev.runway.drift.profile;

import dev.runway.drift.distribution.Overdispersion;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A categorical feature while its profile is built. */
final class CategoricalColumn implements Column {

  private final String name;
  private final FeatureKind kind;
  private final ProfileOptions options;
  private final int maxDistinct;

  private final Map<String, Long> seen = new HashMap<>();
  private boolean overflown;

  private boolean counting;
  private List<String> words = List.of();
  private Map<String, Integer> positions = Map.of();
  private long[] counts = new long[0];
  private long other;
  private long n;
  private long mistyped;
  private long rows;
  private long singletons;
  private final int filterBytes;
  private @Nullable OtherWords others;

  /**
   * @param maxDistinct words that are told apart in the first pass
   * @param filterBytes for those outside of the vocabulary
   */
  CategoricalColumn(
      String name, FeatureKind kind, ProfileOptions options, int maxDistinct, int filterBytes) {
    this.name = name;
    this.kind = kind;
    this.options = options;
    this.maxDistinct = maxDistinct;
    this.filterBytes = filterBytes;
  }

  @Override
  public void number(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    if (kind == FeatureKind.CATEGORICAL) {
      category(CategoricalProfile.text(value));
    } else {
      mistyped++;
    }
  }

  @Override
  public void category(String text) {
    String value = CategoricalProfile.word(text);
    if (counting) {
      count(value);
    } else if (seen.size() < maxDistinct || seen.containsKey(value)) {
      seen.merge(value, 1L, Long::sum);
    } else {
      overflown = true;
    }
  }

  private void count(String value) {
    @Nullable Integer position = positions.get(value);
    if (position != null) {
      n++;
      counts[position]++;
    } else if (kind == FeatureKind.BOOLEAN) {
      mistyped++;
    } else {
      n++;
      other++;
    }
  }

  @Override
  public void endOfRow() {
    rows++;
  }

  @Override
  public void endOfFirstPass() {
    if (kind == FeatureKind.BOOLEAN) {
      words = List.of("false", "true");
    } else {
      words =
          seen.entrySet().stream()
              .sorted(
                  Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                      .thenComparing(Map.Entry.comparingByKey()))
              .limit(options.vocabulary())
              .map(Map.Entry::getKey)
              .toList();
    }
    singletons = seen.values().stream().filter(count -> count == 1).count();
    positions = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      positions.put(words.get(i), i);
    }
    if (kind == FeatureKind.CATEGORICAL && !overflown && seen.size() > words.size()) {
      Map<String, Long> rest = new HashMap<>(seen);
      rest.keySet().removeAll(positions.keySet());
      others = OtherWords.of(rest.keySet(), rest.values(), filterBytes);
    }
    // The second pass needs them no more.
    seen.clear();
    counts = new long[words.size()];
    counting = true;
    mistyped = 0;
    rows = 0;
  }

  @Override
  public FeatureProfile profile() {
    boolean open = kind == FeatureKind.CATEGORICAL && (overflown || others != null);
    return new CategoricalProfile(
        name,
        kind,
        rows - n - mistyped,
        mistyped,
        words,
        counts,
        other,
        open,
        singletons,
        Overdispersion.UNKNOWN,
        others);
  }
}
