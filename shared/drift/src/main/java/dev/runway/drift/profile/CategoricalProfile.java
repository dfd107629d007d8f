package dev.runway.drift.profile;

import dev.runway.drift.distribution.Overdispersion;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A categorical or boolean feature: exact counts of the most frequent words.
 *
 * @param mistyped rows of a boolean feature with something else than a boolean
 * @param words the vocabulary, most frequent first
 * @param counts rows by word
 * @param other rows of words outside of the vocabulary
 * @param open the vocabulary is not complete: a word outside of it may be one the reference knew,
 *     so it counts as OTHER and not as NEW
 * @param singletons words that one row had; over n it is the mass of unseen words to expect
 *     (Good-Turing)
 * @param others of the words outside of the vocabulary; null where the vocabulary is complete,
 *     where there were too many to tell them apart, and in profiles of before it was kept
 * @param inControl PSI of windows without drift; null where nobody measured it
 */
public record CategoricalProfile(
    String name,
    FeatureKind kind,
    long missing,
    long mistyped,
    List<String> words,
    long[] counts,
    long other,
    boolean open,
    long singletons,
    Overdispersion dispersion,
    @Nullable OtherWords others,
    @Nullable InControl inControl)
    implements FeatureProfile {

  /** Without windows in control. */
  public CategoricalProfile(
      String name,
      FeatureKind kind,
      long missing,
      long mistyped,
      List<String> words,
      long[] counts,
      long other,
      boolean open,
      long singletons,
      Overdispersion dispersion,
      @Nullable OtherWords others) {
    this(
        name,
        kind,
        missing,
        mistyped,
        words,
        counts,
        other,
        open,
        singletons,
        dispersion,
        others,
        null);
  }

  /** Without knowledge of the words outside of the vocabulary. */
  public CategoricalProfile(
      String name,
      FeatureKind kind,
      long missing,
      long mistyped,
      List<String> words,
      long[] counts,
      long other,
      boolean open,
      long singletons,
      Overdispersion dispersion) {
    this(name, kind, missing, mistyped, words, counts, other, open, singletons, dispersion, null);
  }

  /** Characters of a word; longer ones are cut. */
  public static final int MAX_WORD = 128;

  /** Checks that words and counts fit. */
  public CategoricalProfile {
    words = List.copyOf(words);
    if (kind == FeatureKind.NUMERIC) {
      throw new IllegalArgumentException("a numeric feature has no words");
    }
    if (counts.length != words.size()) {
      throw new IllegalArgumentException(counts.length + " counts for " + words.size() + " words");
    }
    if (new HashSet<>(words).size() != words.size()) {
      throw new IllegalArgumentException("a word is there twice");
    }
    long rows = RowCounts.sum(RowCounts.sum(counts), other, missing, mistyped);
    if (singletons < 0 || singletons > rows - missing) {
      throw new IllegalArgumentException(
          "%d words of one row among %d rows with a value".formatted(singletons, rows - missing));
    }
  }

  /** A feature of which nothing is known. */
  static CategoricalProfile blank(String name, FeatureKind kind) {
    List<String> words = kind == FeatureKind.BOOLEAN ? List.of("false", "true") : List.of();
    return new CategoricalProfile(
        name,
        kind,
        0,
        0,
        words,
        new long[words.size()],
        0,
        kind != FeatureKind.BOOLEAN,
        0,
        Overdispersion.UNKNOWN);
  }

  /** A text as the word it counts as: cut to {@link #MAX_WORD} characters. */
  public static String word(String text) {
    if (text.length() <= MAX_WORD) {
      return text;
    }
    // Half a surrogate pair is no text.
    boolean split = Character.isHighSurrogate(text.charAt(MAX_WORD - 1));
    return text.substring(0, split ? MAX_WORD - 1 : MAX_WORD);
  }

  /** A number where a word is due, as the word it counts as: codes come as 7 and as 7.0. */
  public static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  @Override
  public long n() {
    return Arrays.stream(counts).sum() + other;
  }

  @Override
  public CategoricalProfile with(Overdispersion measured) {
    return with(measured, inControl);
  }

  @Override
  public CategoricalProfile with(@Nullable InControl measured) {
    return with(dispersion, measured);
  }

  private CategoricalProfile with(Overdispersion scatter, @Nullable InControl measured) {
    return new CategoricalProfile(
        name,
        kind,
        missing,
        mistyped,
        words,
        counts,
        other,
        open,
        singletons,
        scatter,
        others,
        measured);
  }

  /**
   * Whether words that the reference never had can be told: the vocabulary is complete, or a filter
   * knows the others.
   */
  public boolean tellsNewWords() {
    return !open || (others != null && others.tells());
  }

  /**
   * What the reference had not seen of its own law: the mass of words that it lacks by chance.
   *
   * @param share of all rows, by Good and Turing
   * @param standardError of that share, by Esty (1983), as if one more word had been seen once
   */
  public record Unseen(double share, double standardError) {}

  /**
   * The mass of unseen words to expect. Of rows that come in bundles of like ones nobody sees a
   * word once: what counts is what one bundle brought. Bundles differ in size, so words of up to
   * twice as many rows as a bundle has are taken for such, which is rather too many.
   *
   * @param dispersion of the rows, which is the size of such bundles; 1 or above
   */
  public Unseen unseen(double dispersion) {
    double n = (double) n();
    long bundle = dispersion < 2 ? 1 : (long) (2 * dispersion);
    double once = 0;
    double twice = 0;
    for (long count : counts) {
      once += count <= bundle ? count : 0;
      twice += count > bundle && count <= 2 * bundle ? count : 0;
    }
    OtherWords rest = others;
    if (rest != null) {
      once += rest.rowsOfWordsTo(bundle);
      twice += rest.rowsOfWordsTo(2 * bundle) - rest.rowsOfWordsTo(bundle);
    } else if (bundle == 1) {
      // Words that could not be told apart are in here alone.
      once = singletons;
    }
    double share = once / n;
    double variance = dispersion * (once + dispersion + twice - once * share) / (n * n);
    return new Unseen(share, Math.sqrt(Math.max(0, variance)));
  }

  /**
   * Different words that a sample of as many rows as the reference or fewer has on average.
   *
   * @param rows at most {@link #n}
   * @return their number and the variance of it; null where the reference does not know
   */
  public double @Nullable [] distinctOf(long rows) {
    OtherWords rest = others;
    if (rows > n() || (rest == null && other > 0)) {
      return null;
    }
    OtherWords.Expected expected = new OtherWords.Expected((double) n(), (double) rows);
    for (long count : counts) {
      if (count > 0) {
        expected.add((double) count, 1);
      }
    }
    if (rest != null) {
      rest.addTo(expected);
    }
    return new double[] {expected.mean(), expected.variance()};
  }

  @Override
  public boolean equals(@Nullable Object that) {
    return that instanceof CategoricalProfile p
        && p.name.equals(name)
        && p.kind == kind
        && p.missing == missing
        && p.mistyped == mistyped
        && p.words.equals(words)
        && Arrays.equals(p.counts, counts)
        && p.other == other
        && p.open == open
        && p.singletons == singletons
        && p.dispersion.equals(dispersion)
        && Objects.equals(p.others, others)
        && Objects.equals(p.inControl, inControl);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(counts);
  }
}
