package dev.runway.driftmonitor.produced;

import dev.runway.drift.profile.MalformedProfile;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.tile.Row;
import dev.runway.drift.tile.Tile;
import dev.runway.drift.tile.TileLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A producer as its owner would write it: it knows shared/drift and nothing else. Counts what it
 * has predicted in the bins of a profile, and keeps what it has predicted to itself.
 */
public final class TileProducer {
  static final int PREDICTIONS = 1_000;

  /** What must not be needed. */
  private static final List<String> STRANGE =
      List.of(
          "org.apache.flink.api.common.functions.Function",
          "org.apache.kafka.clients.producer.Producer",
          "dev.runway.model.Prediction");

  private TileProducer() {}

  /**
   * Counts.
   *
   * @param args a file with the profile's JSON, and one that takes the bytes of the tile
   */
  public static void main(String[] args) throws IOException, MalformedProfile {
    for (String name : STRANGE) {
      requireMissing(name);
    }
    TileLayout layout =
        TileLayout.of(ProfileJson.read(Files.readAllBytes(Path.of(args[0]))), false);
    int score = layout.position("$score");
    int amount = layout.position("amount");
    int country = layout.position("country");
    Tile tile = layout.newTile();
    Row row = layout.newRow();
    for (int i = 0; i < PREDICTIONS; i++) {
      row.clear();
      row.number(score, score(i));
      Double value = amount(i);
      if (value == null) {
        row.mistype(amount);
      } else {
        row.number(amount, value);
      }
      String word = country(i);
      if (word != null) {
        row.category(country, word);
      }
      tile.add(row);
    }
    Files.write(Path.of(args[1]), tile.toBytes());
  }

  private static void requireMissing(String name) {
    try {
      Class.forName(name);
    } catch (ClassNotFoundException e) {
      return;
    }
    throw new IllegalStateException(name + " is on the class path");
  }

  static double score(int i) {
    return (i % 97) / 100.0;
  }

  /** Some beyond those of the profile; null for a text where a number is due. */
  static @Nullable Double amount(int i) {
    return i % 50 == 3 ? null : 10.1 * Math.sin(i) + (i % 31 == 0 ? 1_000 : 0);
  }

  /** Some new ones; null for none. */
  static @Nullable String country(int i) {
    return i % 11 == 0 ? null : i % 7 == 0 ? "Atlantis " + i % 3 : i % 2 == 0 ? "DE" : "FR";
  }
}
