package dev.runway.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** Flights in columns, in order of departure, with the order of their landings. */
final class Flights {
  /** Bytes of a flight in the file: departure, delay, miles, and two airports. */
  static final int ROW_BYTES = 8 + 2 + 2 + Flights.CODE_BYTES * 2;

  static final int CODE_BYTES = 3;

  private final long[] departed;
  private final short[] delay;
  private final short[] miles;
  private final byte[] codes;
  private final int[] landings;
  private final int[] landedBefore;
  private final int[] expiredBefore;

  private Flights(int size) {
    departed = new long[size];
    delay = new short[size];
    miles = new short[size];
    codes = new byte[size * 2 * CODE_BYTES];
    landings = new int[size];
    landedBefore = new int[size];
    expiredBefore = new int[size];
  }

  /**
   * Reads a file that {@link FlightsFile} made.
   *
   * @param airMillis time in the air by miles
   */
  static Flights read(Path file, IntToLongFunction airMillis, long horizonMillis) {
    try {
      int size = (int) (Files.size(file) / ROW_BYTES);
      Flights flights = new Flights(size);
      try (InputStream bytes = Files.newInputStream(file);
          DataInputStream in = new DataInputStream(new BufferedInputStream(bytes, 1 << 20))) {
        for (int n = 0; n < size; n++) {
          flights.departed[n] = in.readLong();
          flights.delay[n] = in.readShort();
          flights.miles[n] = in.readShort();
          in.readFully(flights.codes, n * 2 * CODE_BYTES, 2 * CODE_BYTES);
        }
      }
      flights.order(airMillis, horizonMillis);
      return flights;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void order(IntToLongFunction airMillis, long horizonMillis) {
    int size = size();
    // Sorted as numbers: the landing in minutes above, the flight below.
    long[] sorted = new long[size];
    for (int n = 0; n < size; n++) {
      sorted[n] = ((landed(n, airMillis) - departed[0]) << 22) | n;
    }
    Arrays.sort(sorted);
    int landed = 0;
    int expired = 0;
    for (int n = 0; n < size; n++) {
      landings[n] = (int) (sorted[n] & ((1 << 22) - 1));
    }
    for (int n = 0; n < size; n++) {
      while (landed < size && landed(landings[landed], airMillis) <= departed[n]) {
        landed++;
      }
      while (departed[expired] + horizonMillis <= departed[n]) {
        expired++;
      }
      landedBefore[n] = landed;
      expiredBefore[n] = expired;
    }
  }

  private long landed(int n, IntToLongFunction airMillis) {
    return departed[n] + airMillis.applyAsLong(miles[n]);
  }

  int size() {
    return departed.length;
  }

  long departedMillis(int n) {
    return departed[n];
  }

  int delayMinutes(int n) {
    return delay[n];
  }

  int miles(int n) {
    return miles[n];
  }

  String origin(int n) {
    return code(n * 2);
  }

  String destination(int n) {
    return code(n * 2 + 1);
  }

  private String code(int at) {
    return new String(codes, at * CODE_BYTES, CODE_BYTES, StandardCharsets.ISO_8859_1);
  }

  /** How many flights have landed when flight {@code n} departs. */
  int landedBefore(int n) {
    return landedBefore[n];
  }

  /** The flight that lands as the {@code i}th. */
  int landing(int i) {
    return landings[i];
  }

  /** How many flights have ended their horizon when flight {@code n} departs. */
  int expiredBefore(int n) {
    return expiredBefore[n];
  }
}
