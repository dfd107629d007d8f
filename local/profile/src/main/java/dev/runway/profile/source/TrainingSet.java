package dev.runway.profile.source;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Rows that can be gone through more than once. One pass is open at a time. */
public interface TrainingSet extends AutoCloseable {

  /** The columns by position; the same ones each time. */
  List<Column> columns();

  /**
   * Starts at the first row.
   *
   * @param wanted positions of the columns that are asked for; others may be left out
   */
  Pass open(Set<Integer> wanted) throws IOException;

  /** What the rows so far were like that a person should know; empty for nothing. */
  default List<String> notes() {
    return List.of();
  }

  @Override
  void close() throws IOException;

  /** One way through all rows. */
  interface Pass extends AutoCloseable {

    /**
     * Reads the next row.
     *
     * @return false at the end
     * @throws BadRow if it is not as it should be; the next call goes on behind it
     * @throws IOException if there is no going on
     */
    boolean next(Cells cells) throws IOException, BadRow;

    /** Where the row that was read last stands, such as {@code line 17}. */
    String place();

    @Override
    void close() throws IOException;
  }
}
