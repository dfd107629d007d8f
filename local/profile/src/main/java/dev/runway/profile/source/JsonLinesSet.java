package dev.runway.profile.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line; gzip too. Its fields are the columns; those of an object named {@value
 * #FEATURES} are columns as well, so that Runway's own prediction events can be read.
 *
 * <p>The columns are the names in the first {@value #LOOKED_AT} lines.
 */
public final class JsonLinesSet implements TrainingSet {
  /** An object whose fields are columns. */
  public static final String FEATURES = "features";

  static final int LOOKED_AT = 10_000;

  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final int MAX_COLUMNS = 10_000;
  private static final int MAX_LATE_NAMES = 10;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          // Python writes a missing number as NaN.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from outside and may be without end: none is kept for ever.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).build())
          .build();

  private final Path file;
  private final List<Column> columns;
  private final Map<String, Integer> positions = new HashMap<>();

  /** Names that came behind the lines that were looked at. */
  private final Set<String> lateNames = new TreeSet<>();

  private JsonLinesSet(Path file, List<Column> columns) {
    this.file = file;
    this.columns = columns;
    for (Column column : columns) {
      positions.put(column.name(), positions.size());
    }
  }

  /** Opens a file and looks for the names of its columns. */
  public static JsonLinesSet of(Path file) throws IOException {
    Names names = new Names();
    Set<String> nested = new HashSet<>();
    Scalars scalars = new Scalars();
    try (Lines lines = new Lines(InputFiles.open(file), MAX_LINE_BYTES)) {
      for (int i = 0; i < LOOKED_AT && look(lines, names, nested, scalars); i++) {
        // look() says when to stop.
      }
    }
    if (names.found.isEmpty()) {
      throw new IOException(
          "%s has no JSON object in its first %,d lines".formatted(file, LOOKED_AT));
    }
    List<Column> columns = new ArrayList<>();
    for (Map.Entry<String, Integer> name : names.found.entrySet()) {
      // One array among numbers is a bad row; nothing but arrays is another kind of column.
      boolean neverScalar = !scalars.columns.get(name.getValue());
      columns.add(
          neverScalar && nested.contains(name.getKey())
              ? Column.leftOut(name.getKey(), "holds arrays or objects")
              : Column.untyped(name.getKey()));
    }
    return new JsonLinesSet(file, List.copyOf(columns));
  }

  /** Notes the names of one line; a bad one is told when it is read as a row. */
  private static boolean look(Lines lines, Names names, Set<String> nested, Cells scalars)
      throws IOException {
    try {
      if (!lines.next()) {
        return false;
      }
      read(lines, names, nested, scalars);
    } catch (BadRow e) {
      return true;
    }
    return true;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public Pass open(Set<Integer> wanted) throws IOException {
    return new Rows(new Lines(InputFiles.open(file), MAX_LINE_BYTES));
  }

  @Override
  public List<String> notes() {
    return lateNames.isEmpty()
        ? List.of()
        : List.of(
            "left out, for they are not in the first %,d lines: %s"
                .formatted(LOOKED_AT, String.join(", ", lateNames)));
  }

  @Override
  public void close() {}

  /** Notes which columns hold a value that is no array and no object. */
  private static final class Scalars implements Cells {
    private final BitSet columns = new BitSet();

    @Override
    public void text(int column, String value) {
      columns.set(column);
    }

    @Override
    public void number(int column, double value) {
      columns.set(column);
    }

    @Override
    public void word(int column, String value) {
      columns.set(column);
    }

    @Override
    public void truth(int column, boolean value) {
      columns.set(column);
    }
  }

  /** Positions of names. */
  private interface Positions {
    /** The position of a name, or -1 for one that is none. */
    int of(String name) throws BadRow;
  }

  private static final class Names implements Positions {
    private final Map<String, Integer> found = new LinkedHashMap<>();

    @Override
    public int of(String name) throws BadRow {
      Integer known = found.get(name);
      if (known != null) {
        return known;
      }
      if (found.size() == MAX_COLUMNS) {
        throw new BadRow("more than " + MAX_COLUMNS + " names: are values written as names?");
      }
      found.put(name, found.size());
      return found.size() - 1;
    }
  }

  /**
   * Reads one line.
   *
   * @param nested takes the names of columns that hold arrays or objects; null refuses them
   */
  private static void read(
      Lines line, Positions positions, @Nullable Set<String> nested, Cells cells)
      throws IOException, BadRow {
    if (line.isBlank()) {
      return;
    }
    try (JsonParser json = JSON.createParser(line.bytes(), 0, line.length())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new BadRow("no JSON object");
      }
      readObject(json, positions, nested, cells, false);
      if (json.nextToken() != null) {
        throw new BadRow("something after the end of the object");
      }
    } catch (JsonProcessingException e) {
      throw new BadRow("no JSON: " + e.getOriginalMessage());
    }
  }

  private static void readObject(
      JsonParser json,
      Positions positions,
      @Nullable Set<String> nested,
      Cells cells,
      boolean inner)
      throws IOException, BadRow {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (!inner && value == JsonToken.START_OBJECT && name.equals(FEATURES)) {
        readObject(json, positions, nested, cells, true);
        continue;
      }
      int column = positions.of(name);
      switch (value) {
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> set(cells, column, json.getDoubleValue());
        case VALUE_STRING -> {
          if (column >= 0) {
            cells.word(column, json.getText());
          }
        }
        case VALUE_TRUE, VALUE_FALSE -> {
          if (column >= 0) {
            cells.truth(column, value == JsonToken.VALUE_TRUE);
          }
        }
        case START_OBJECT, START_ARRAY -> {
          if (nested != null) {
            nested.add(name);
          } else if (column >= 0) {
            throw new BadRow(name + " is an array or an object");
          }
          json.skipChildren();
        }
        default -> {
          // null is missing.
        }
      }
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      throw new BadRow("the object breaks off");
    }
  }

  private static void set(Cells cells, int column, double value) {
    if (column >= 0) {
      cells.number(column, value);
    }
  }

  private final class Rows implements Pass, Positions {
    private final Lines lines;

    Rows(Lines lines) {
      this.lines = lines;
    }

    @Override
    public boolean next(Cells cells) throws IOException, BadRow {
      do {
        if (!lines.next()) {
          return false;
        }
      } while (lines.isBlank());
      read(lines, this, null, cells);
      return true;
    }

    @Override
    public int of(String name) {
      Integer position = positions.get(name);
      if (position == null) {
        if (lateNames.size() < MAX_LATE_NAMES) {
          lateNames.add(name);
        }
        return -1;
      }
      return columns.get(position).leftOut() == null ? position : -1;
    }

    @Override
    public String place() {
      return "line " + lines.number();
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
