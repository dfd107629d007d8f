package dev.runway.profile;

import dev.runway.drift.tile.Tile;
import dev.runway.profile.source.TableSet;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Tiles of {@code v_drift_tiles}, added up. */
final class StoredTiles {
  private static final int FETCHED_ROWS = 200;

  private static final String QUERY =
      "SELECT profile_id, window_start_at, tile FROM v_drift_tiles"
          + " WHERE model_id = ? AND model_version = ? AND segment = ?"
          + " AND window_start_at >= ? AND window_end_at <= ? ORDER BY window_start_at";

  /**
   * Which tiles.
   *
   * @param everyMillis length of the spans they are added up to
   */
  record Asked(
      String model, String version, String segment, Instant from, Instant to, long everyMillis) {}

  /** A span, and the profile whose bins are counted: tiles of two profiles cannot be added. */
  record Span(Instant from, String profileId) implements Comparable<Span> {
    @Override
    public int compareTo(Span other) {
      int byTime = from.compareTo(other.from);
      return byTime != 0 ? byTime : profileId.compareTo(other.profileId);
    }
  }

  private StoredTiles() {}

  /** The sums, in the order of time. One minute is in memory beside them. */
  static NavigableMap<Span, Tile> read(Connection connection, Asked asked) throws IOException {
    NavigableMap<Span, Tile> sums = new TreeMap<>();
    try (PreparedStatement query = connection.prepareStatement(QUERY)) {
      query.setFetchSize(FETCHED_ROWS);
      int parameter = 1;
      for (String value : List.of(asked.model(), asked.version(), asked.segment())) {
        query.setString(parameter++, value);
      }
      query.setTimestamp(parameter++, Timestamp.from(asked.from()));
      query.setTimestamp(parameter, Timestamp.from(asked.to()));
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          long start = rows.getTimestamp(2).getTime();
          long into = (start - asked.from().toEpochMilli()) % asked.everyMillis();
          Span span = new Span(Instant.ofEpochMilli(start - into), rows.getString(1));
          add(sums, span, tile(rows.getBytes(3), span));
        }
      }
    } catch (SQLException e) {
      throw TableSet.refused(e);
    }
    return sums;
  }

  private static Tile tile(byte[] bytes, Span span) throws IOException {
    try {
      return Tile.fromBytes(bytes);
    } catch (IOException e) {
      throw new IOException(
          "a tile of %s after %s: %s".formatted(span.profileId(), span.from(), e.getMessage()), e);
    }
  }

  private static void add(Map<Span, Tile> sums, Span span, Tile tile) throws IOException {
    Tile sum = sums.get(span);
    if (sum == null) {
      sums.put(span, tile);
      return;
    }
    if (!sum.fits(tile)) {
      throw new IOException(
          "tiles of %s after %s are in other bins than those before"
              .formatted(span.profileId(), span.from()));
    }
    sum.merge(tile);
  }
}
