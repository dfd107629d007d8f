package dev.runway.bench;

import dev.runway.bench.harness.Place;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Three million flights of 2001 from the npm package vega-datasets (U.S. Bureau of Transportation
 * Statistics, on-time performance), fetched once and checked.
 */
final class FlightsFile {
  private static final String VERSION = "3.2.1";
  private static final String PARQUET = "package/data/flights-3m.parquet";
  private static final String PARQUET_SHA256 =
      "dbeb920c90f59b6ccaff823dcc3d08f25a97fa1ce128d93f40be4e931f5900b0";

  private FlightsFile() {}

  /** The flights in a form that is read fast; made now if it is not in the folder. */
  static Path in(Path folder) throws IOException, InterruptedException, SQLException {
    Path ready = folder.resolve("flights-3m-" + VERSION + ".bin").toAbsolutePath();
    if (Files.exists(ready)) {
      return ready;
    }
    System.err.println("fetching vega-datasets " + VERSION + " (18 MB) with npm ...");
    Files.createDirectories(folder);
    Path work = Files.createTempDirectory(folder, "fetch-");
    try {
      run(work, "npm", "pack", "--silent", "vega-datasets@" + VERSION);
      run(work, "tar", "xzf", "vega-datasets-" + VERSION + ".tgz", PARQUET);
      Path parquet = work.resolve(PARQUET);
      requireChecksum(parquet);
      Path made = work.resolve("made");
      convert(parquet, made);
      return Files.move(made, ready, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Place.delete(work);
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(List.of(command) + " failed; npm and tar are needed");
    }
  }

  private static void requireChecksum(Path parquet) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String found = HexFormat.of().formatHex(digest.digest(Files.readAllBytes(parquet)));
      if (!found.equals(PARQUET_SHA256)) {
        throw new IOException(PARQUET + " has the checksum " + found + ", not " + PARQUET_SHA256);
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Parquet to rows of {@link Flights#ROW_BYTES}, in order of departure. */
  static void convert(Path parquet, Path into) throws IOException, SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT epoch_ms(date), delay, distance, origin, destination FROM read_parquet('"
                    + parquet.toString().replace("'", "''")
                    + "') ORDER BY date, origin, destination, distance, delay");
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(into), 1 << 20))) {
      while (rows.next()) {
        out.writeLong(rows.getLong(1));
        out.writeShort(rows.getInt(2));
        out.writeShort(rows.getInt(3));
        out.write(code(rows.getString(4)));
        out.write(code(rows.getString(5)));
      }
    }
  }

  private static byte[] code(String airport) throws IOException {
    byte[] code = airport.getBytes(StandardCharsets.ISO_8859_1);
    if (code.length != Flights.CODE_BYTES) {
      throw new IOException("an airport has three letters: " + airport);
    }
    return code;
  }
}
