package dev.runway.profile;

import dev.runway.profile.source.Cells;
import java.util.Arrays;

/** The values of one row by column; one object for all rows. */
final class RowCells implements Cells {

  /** What a column holds in this row. */
  enum Content {
    MISSING,
    TEXT,
    NUMBER,
    WORD,
    TRUTH
  }

  private final Content[] contents;
  private final double[] numbers;
  private final String[] words;

  RowCells(int columns) {
    contents = new Content[columns];
    numbers = new double[columns];
    words = new String[columns];
    Arrays.fill(words, "");
    clear();
  }

  void clear() {
    Arrays.fill(contents, Content.MISSING);
  }

  Content content(int column) {
    return contents[column];
  }

  double number(int column) {
    return numbers[column];
  }

  /** The text or word. */
  String word(int column) {
    return words[column];
  }

  boolean truth(int column) {
    return numbers[column] != 0;
  }

  @Override
  public void text(int column, String value) {
    contents[column] = Content.TEXT;
    words[column] = value;
  }

  @Override
  public void number(int column, double value) {
    contents[column] = Double.isNaN(value) ? Content.MISSING : Content.NUMBER;
    numbers[column] = value;
  }

  @Override
  public void word(int column, String value) {
    contents[column] = Content.WORD;
    words[column] = value;
  }

  @Override
  public void truth(int column, boolean value) {
    contents[column] = Content.TRUTH;
    numbers[column] = value ? 1 : 0;
  }
}
