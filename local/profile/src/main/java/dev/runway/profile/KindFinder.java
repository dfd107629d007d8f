package dev.runway.profile;

import dev.runway.drift.profile.FeatureKind;
import dev.runway.profile.source.BadRow;
import dev.runway.profile.source.Column;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds of what kind columns are whose type is not declared, from the first rows: boolean where all
 * values are true or false, numeric where all are numbers, categorical else. A number that begins
 * with 0 as in 00501 is a code, and makes its column categorical.
 */
final class KindFinder {
  /** Rows that are looked at. A later row that does not fit is a bad row. */
  static final int LOOKED_AT = 10_000;

  private final boolean[] any;
  private final boolean[] numbersOnly;
  private final boolean[] truthsOnly;

  private KindFinder(int columns) {
    any = new boolean[columns];
    numbersOnly = new boolean[columns];
    truthsOnly = new boolean[columns];
    Arrays.fill(numbersOnly, true);
    Arrays.fill(truthsOnly, true);
  }

  /** Looks at the first rows of a set. */
  static KindFinder look(TrainingSet set) throws IOException {
    List<Column> columns = set.columns();
    KindFinder finder = new KindFinder(columns.size());
    RowCells row = new RowCells(columns.size());
    try (TrainingSet.Pass pass = set.open(untyped(columns))) {
      int rows = 0;
      boolean more = true;
      while (more && rows < LOOKED_AT) {
        row.clear();
        try {
          more = pass.next(row);
          finder.add(row);
        } catch (BadRow e) {
          // Told when the rows are counted.
        }
        rows++;
      }
    }
    return finder;
  }

  private static Set<Integer> untyped(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).kind() == null)
        .boxed()
        .collect(Collectors.toSet());
  }

  private void add(RowCells row) {
    for (int i = 0; i < any.length; i++) {
      switch (row.content(i)) {
        case MISSING -> {}
        case TEXT -> {
          any[i] = true;
          String text = row.word(i);
          numbersOnly[i] &= Texts.isNumber(text) && !Texts.isCode(text);
          truthsOnly[i] &= Texts.isTruth(text);
        }
        case NUMBER -> {
          any[i] = true;
          truthsOnly[i] = false;
        }
        case WORD -> {
          any[i] = true;
          numbersOnly[i] = false;
          truthsOnly[i] = false;
        }
        case TRUTH -> {
          any[i] = true;
          numbersOnly[i] = false;
        }
      }
    }
  }

  /** The kind of a column; numeric where nothing was seen. */
  FeatureKind kind(int column) {
    if (any[column] && truthsOnly[column]) {
      return FeatureKind.BOOLEAN;
    }
    return numbersOnly[column] ? FeatureKind.NUMERIC : FeatureKind.CATEGORICAL;
  }
}
