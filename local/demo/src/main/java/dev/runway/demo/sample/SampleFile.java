package dev.runway.demo.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/** Reads a gzip CSV file of {@code samples/}: a header, then rows without quotes. */
final class SampleFile {
  private SampleFile() {}

  /**
   * Reads all rows.
   *
   * @param header the header line the file must have
   * @throws IllegalStateException if the file is absent or of another shape
   */
  static <T> List<T> read(String name, String header, Function<String[], T> row) {
    int columns = header.split(",").length;
    try (InputStream packed = SampleFile.class.getResourceAsStream("/samples/" + name)) {
      if (packed == null) {
        throw new IllegalStateException("no /samples/" + name + " on the class path");
      }
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.UTF_8));
      String found = lines.readLine();
      if (!header.equals(found)) {
        throw new IllegalStateException(name + " begins with " + found + ", expected " + header);
      }
      return lines.lines().map(line -> row.apply(fields(name, line, columns))).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }

  private static String[] fields(String name, String line, int columns) {
    String[] fields = line.split(",", -1);
    if (fields.length != columns) {
      throw new IllegalStateException(name + ": " + columns + " fields expected: " + line);
    }
    return fields;
  }
}
