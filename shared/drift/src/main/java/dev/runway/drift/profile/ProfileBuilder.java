package dev.runway.drift.profile;

import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds a profile from rows in two passes: the first finds bins and vocabularies, the second
 * counts in them exactly.
 *
 * <p>Memory is bounded whatever the number of rows: the first pass keeps a uniform sample of at
 * most 100,000 values per numeric feature (10 million in all), so that up to there the edges are
 * exact quantiles, and at most 20,000 words per categorical feature (500,000 in all).
 */
public final class ProfileBuilder {
  private static final int MAX_SAMPLE = 100_000;
  private static final int MAX_SAMPLES = 10_000_000;
  private static final int MAX_WORDS = 20_000;
  private static final int MAX_WORDS_OF_ALL = 500_000;

  /** Of all filters of words: a baseline is one record of Kafka below a megabyte. */
  private static final int MAX_FILTERS = 128 * 1024;

  /** One row: writes its values. */
  @FunctionalInterface
  public interface RowWriter {
    void writeTo(Values values);
  }

  private ProfileBuilder() {}

  /**
   * Builds a profile.
   *
   * @param rows gone through twice, so the same rows must come again
   */
  public static BaselineProfile build(
      Identity identity,
      Precision precision,
      List<Declared> declared,
      ProfileOptions options,
      Iterable<? extends RowWriter> rows) {
    List<Column> columns = new ArrayList<>();
    int features = Math.max(1, declared.size());
    int sample = Math.min(MAX_SAMPLE, MAX_SAMPLES / features);
    int words = Math.min(MAX_WORDS, MAX_WORDS_OF_ALL / features);
    for (Declared feature : declared) {
      columns.add(
          feature.kind() == FeatureKind.NUMERIC
              ? new NumericColumn(feature.name(), precision, options, sample)
              : new CategoricalColumn(
                  feature.name(),
                  feature.kind(),
                  options,
                  words,
                  Math.min(OtherWords.MAX_BYTES, MAX_FILTERS / features)));
    }
    pass(columns, rows);
    columns.forEach(Column::endOfFirstPass);
    pass(columns, rows);
    return BaselineProfile.of(identity, precision, columns.stream().map(Column::profile).toList());
  }

  private static void pass(List<Column> columns, Iterable<? extends RowWriter> rows) {
    Values values =
        new Values() {
          @Override
          public void number(int feature, double value) {
            columns.get(feature).number(value);
          }

          @Override
          public void category(int feature, String value) {
            columns.get(feature).category(value);
          }
        };
    for (RowWriter row : rows) {
      row.writeTo(values);
      columns.forEach(Column::endOfRow);
    }
  }
}
