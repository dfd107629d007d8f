package dev.runway.profile;

import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.Values;
import dev.runway.profile.source.BadRow;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a training set as features, as often as asked for. A row with one bad value is left
 * out as a whole, in each pass the same ones; the first pass counts them.
 *
 * <p>One pass at a time, as a pass is one open file. What goes wrong comes out as an {@link
 * UncheckedIOException}, for {@link Iterator} knows no other.
 */
final class TrainingRows implements Iterable<RowWriter>, AutoCloseable {
  private final TrainingSet set;
  private final List<Feature> features;
  private final Set<Integer> columns;
  private final BadRows bad;
  private final LongConsumer progress;

  /** Features of which a float does not tell all numbers apart. */
  private final BitSet roughly = new BitSet();

  private final @Nullable TimeColumn time;
  private long millis;

  private int passes;
  private long firstRows = -1;
  private TrainingSet.@Nullable Pass open;

  /**
   * @param time what says when a row was; null where nothing does
   * @param progress told the number of rows of this pass, now and then
   */
  TrainingRows(
      TrainingSet set,
      List<Feature> features,
      @Nullable TimeColumn time,
      BadRows bad,
      LongConsumer progress) {
    this.set = set;
    this.features = features;
    this.time = time;
    this.columns =
        Stream.concat(
                features.stream().map(Feature::column),
                Stream.ofNullable(time).map(TimeColumn::column))
            .collect(Collectors.toSet());
    this.bad = bad;
    this.progress = progress;
  }

  /** Time of the row that is gone through now. */
  long millis() {
    return millis;
  }

  /** Good rows of a pass. */
  long rows() {
    return Math.max(0, firstRows);
  }

  /**
   * Features with numbers that a float cannot hold: whole ones that it would round, such as ids
   * above 16,777,216, and ones beyond its range.
   */
  List<String> roughly() {
    return roughly.stream().mapToObj(i -> features.get(i).columnName()).toList();
  }

  private static boolean isRough(double number) {
    float rounded = (float) number;
    return rounded != number
        && (Float.isInfinite(rounded) || rounded == 0 || number == Math.rint(number));
  }

  @Override
  public Iterator<RowWriter> iterator() {
    try {
      close();
      TrainingSet.Pass pass = set.open(columns);
      open = pass;
      passes++;
      return new Rows(pass, passes == 1 ? bad : null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    TrainingSet.Pass pass = open;
    open = null;
    if (pass != null) {
      pass.close();
    }
  }

  private final class Rows implements Iterator<RowWriter>, RowWriter {
    private final TrainingSet.Pass pass;
    private final @Nullable BadRows counted;
    private final RowCells cells = new RowCells(set.columns().size());
    private long rows;
    private boolean ready;
    private boolean ended;

    Rows(TrainingSet.Pass pass, @Nullable BadRows counted) {
      this.pass = pass;
      this.counted = counted;
    }

    @Override
    public boolean hasNext() {
      if (!ready && !ended) {
        try {
          ready = read();
          ended = !ready;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return ready;
    }

    @Override
    public RowWriter next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ready = false;
      return this;
    }

    private boolean read() throws IOException {
      while (true) {
        cells.clear();
        try {
          if (!pass.next(cells)) {
            end();
            return false;
          }
          requireGood();
          rows++;
          if (rows % 65_536 == 0) {
            progress.accept(rows);
          }
          return true;
        } catch (BadRow e) {
          if (counted != null) {
            counted.add(pass.place(), e.reason());
          }
        }
      }
    }

    private void end() throws IOException {
      close();
      if (firstRows >= 0 && firstRows != rows) {
        throw new IOException(
            "the input changed while it was read: %,d rows, then %,d".formatted(firstRows, rows));
      }
      firstRows = rows;
    }

    private void requireGood() throws BadRow {
      TimeColumn column = time;
      if (column != null) {
        millis = column.millis(cells);
      }
      requireFeatures();
    }

    private void requireFeatures() throws BadRow {
      for (Feature feature : features) {
        int column = feature.column();
        switch (feature.kind()) {
          case NUMERIC -> requireNumber(feature, column);
          case BOOLEAN -> requireTruth(feature, column);
          case CATEGORICAL -> {
            // Every value is a word.
          }
        }
      }
    }

    private void requireNumber(Feature feature, int column) throws BadRow {
      switch (cells.content(column)) {
        case MISSING, NUMBER -> {}
        case TEXT -> {
          if (!Texts.isNumber(cells.word(column))) {
            throw wrong(feature, "'" + cells.word(column) + "'", "a number");
          }
          cells.number(column, Texts.number(cells.word(column)));
        }
        case WORD -> throw wrong(feature, "the text '" + cells.word(column) + "'", "a number");
        case TRUTH -> throw wrong(feature, String.valueOf(cells.truth(column)), "a number");
      }
      boolean number = cells.content(column) == RowCells.Content.NUMBER;
      if (number && feature.name().equals(Answers.SCORE)) {
        double score = cells.number(column);
        if (!(score >= 0 && score <= 1)) {
          throw wrong(feature, String.valueOf(score), "a score from 0 to 1");
        }
      }
    }

    private void requireTruth(Feature feature, int column) throws BadRow {
      switch (cells.content(column)) {
        case MISSING, TRUTH -> {}
        case TEXT -> {
          if (!Texts.isTruth(cells.word(column))) {
            throw wrong(feature, "'" + cells.word(column) + "'", "true or false");
          }
          cells.truth(column, Boolean.parseBoolean(cells.word(column)));
        }
        case WORD -> throw wrong(feature, "'" + cells.word(column) + "'", "true or false");
        case NUMBER -> throw wrong(feature, String.valueOf(cells.number(column)), "true or false");
      }
    }

    private BadRow wrong(Feature feature, String found, String due) {
      return new BadRow("%s is %s, due is %s".formatted(feature.columnName(), found, due));
    }

    @Override
    public void writeTo(Values values) {
      for (int i = 0; i < features.size(); i++) {
        Feature feature = features.get(i);
        int column = feature.column();
        switch (cells.content(column)) {
          case MISSING -> {}
          case NUMBER -> {
            double number = cells.number(column);
            if (feature.kind() == FeatureKind.NUMERIC && isRough(number)) {
              roughly.set(i);
            }
            values.number(i, number);
          }
          case TRUTH -> values.category(i, Boolean.toString(cells.truth(column)));
          case WORD -> values.category(i, cells.word(column));
          case TEXT -> writeText(i, feature, cells.word(column), values);
        }
      }
    }

    private void writeText(int position, Feature feature, String text, Values values) {
      if (feature.codes() && Texts.isNumber(text)) {
        values.number(position, Texts.number(text));
      } else if (feature.truths() && Texts.isTruth(text)) {
        values.category(position, Boolean.toString(Boolean.parseBoolean(text)));
      } else {
        values.category(position, text);
      }
    }
  }
}
