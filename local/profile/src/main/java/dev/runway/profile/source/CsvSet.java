package dev.runway.profile.source;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * CSV as in RFC 4180, in UTF-8 and nothing else, with the columns' names in its first row; gzip
 * too. An empty field is missing, and so is each of the given words.
 */
public final class CsvSet implements TrainingSet {
  /** Characters of one row: a quote that nobody closed must not take the rest of the file in. */
  private static final int MAX_ROW_CHARS = 1 << 20;

  private final Path file;
  private final char separator;
  private final Set<String> missing;
  private final List<Column> columns;

  private CsvSet(Path file, char separator, Set<String> missing, List<Column> columns) {
    this.file = file;
    this.separator = separator;
    this.missing = missing;
    this.columns = columns;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param missing words that stand for no value
   */
  public static CsvSet of(Path file, char separator, Set<String> missing) throws IOException {
    try (CsvReader<CsvRecord> reader = reader(file, separator)) {
      CloseableIterator<CsvRecord> rows = reader.iterator();
      if (!rows.hasNext()) {
        throw new IOException(file + " is empty: its first row should name the columns");
      }
      List<Column> columns = rows.next().getFields().stream().map(Column::untyped).toList();
      return new CsvSet(file, separator, Set.copyOf(missing), columns);
    } catch (CsvParseException | UncheckedIOException e) {
      throw new IOException(file + ": " + reason(e), e);
    }
  }

  private static CsvReader<CsvRecord> reader(Path file, char separator) throws IOException {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .maxBufferSize(MAX_ROW_CHARS)
        // Counted as a bad row, with its line, where the library would end.
        .allowExtraFields(true)
        .allowMissingFields(true)
        .ofCsvRecord(new Utf8Reader(InputFiles.open(file)));
  }

  /** The library says in which line the row began; why is in the exception behind it. */
  private static String reason(RuntimeException e) {
    Throwable cause = e.getCause();
    return e.getMessage() + (cause == null ? "" : ": " + cause.getMessage());
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public Pass open(Set<Integer> wanted) throws IOException {
    CsvReader<CsvRecord> reader = reader(file, separator);
    CloseableIterator<CsvRecord> rows = reader.iterator();
    rows.next();
    return new Rows(reader, rows);
  }

  @Override
  public void close() {}

  private final class Rows implements Pass {
    private final CsvReader<CsvRecord> reader;
    private final CloseableIterator<CsvRecord> rows;
    private long line = 1;

    Rows(CsvReader<CsvRecord> reader, CloseableIterator<CsvRecord> rows) {
      this.reader = reader;
      this.rows = rows;
    }

    @Override
    public boolean next(Cells cells) throws IOException, BadRow {
      try {
        if (!rows.hasNext()) {
          return false;
        }
        take(rows.next(), cells);
        return true;
      } catch (CsvParseException | UncheckedIOException e) {
        // Where quotes do not match nobody knows where the next row begins.
        throw new IOException(file + ": " + reason(e), e);
      }
    }

    private void take(CsvRecord row, Cells cells) throws BadRow {
      line = row.getStartingLineNumber();
      if (row.getFieldCount() != columns.size()) {
        throw new BadRow(
            "%d fields, the header has %d".formatted(row.getFieldCount(), columns.size()));
      }
      for (int i = 0; i < columns.size(); i++) {
        String value = row.getField(i);
        if (!value.isEmpty() && !missing.contains(value)) {
          cells.text(i, value);
        }
      }
    }

    @Override
    public String place() {
      return "line " + line;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
