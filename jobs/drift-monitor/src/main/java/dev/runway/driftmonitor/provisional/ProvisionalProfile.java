package dev.runway.driftmonitor.provisional;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Declared;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureKind;
import dev.runway.drift.profile.FeatureNames;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileBuilder.RowWriter;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.profile.Values;
import dev.runway.model.FeatureSink;
import dev.runway.model.Limits;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sampled predictions to a profile: the same ones give the same bytes, in whatever order they came.
 *
 * <p>Counts in its bins are exact for the sample, so that a comparison knows its noise. It has no
 * quantile sketches, whose bytes are another time others.
 */
final class ProvisionalProfile {
  /** Features in at least one of so many predictions; rarer ones are names without end. */
  private static final int RAREST = 100;

  private static final int MAX_FEATURES = 1_000;

  /** Names that are told apart: an event has thousands at most. */
  private static final int MAX_NAMES = 20_000;

  private static final int ID_BYTES = 10;
  private static final int BINS = 10;

  /** Fine bins and words, in falling order, until the profile fits into a record. */
  private static final int[][] SIZES = {{120, 100}, {40, 30}, {20, 10}, {10, 2}};

  /** What the envelope adds to a profile, in bytes. */
  private static final int ENVELOPE = 2 * 1024;

  /** Values of one type in a hundred that make a feature one of it; the others are mistyped. */
  private static final int TYPED = 90;

  private ProvisionalProfile() {}

  /**
   * Makes a profile.
   *
   * @param sample as {@link SampledFeatures} writes them
   * @throws Impossible if no way of making it fits into a record, with the reason
   */
  static BaselineProfile of(String model, String version, long createdAtMillis, List<byte[]> sample)
      throws Impossible {
    List<Declared> declared = declared(sample);
    if (declared.isEmpty()) {
      throw new Impossible("no feature is in one of " + RAREST + " predictions");
    }
    Map<String, Integer> positions = new HashMap<>();
    for (Declared feature : declared) {
      positions.put(feature.name(), positions.size());
    }
    List<Row> rows = sample.stream().map(bytes -> new Row(bytes, positions)).toList();
    Identity unnamed = new Identity("-", model, version, 0, Source.PROVISIONAL);
    for (int[] size : SIZES) {
      BaselineProfile profile =
          ProfileBuilder.build(
              unnamed,
              Precision.FLOAT,
              declared,
              new ProfileOptions(BINS, size[0], 0, size[1]),
              rows);
      byte[] bytes = ProfileJson.write(profile);
      if (bytes.length + ENVELOPE <= Limits.MAX_BASELINE_BYTES) {
        return BaselineProfile.of(
            new Identity(
                "provisional-" + hash(bytes), model, version, createdAtMillis, Source.PROVISIONAL),
            profile.precision(),
            profile.features());
      }
    }
    throw new Impossible(declared.size() + " features do not fit into a record");
  }

  /** A profile that cannot be made. Carries no stack: it is data, not a bug. */
  static final class Impossible extends Exception {
    Impossible(String reason) {
      super(reason, null, false, false);
    }
  }

  /** How often a feature was what. */
  private static final class Seen {
    private int numbers;
    private int truths;
    private int words;

    int all() {
      return numbers + truths + words;
    }

    /** One N/A among two thousand numbers makes no words of them. */
    FeatureKind kind() {
      if (mostly(truths)) {
        return FeatureKind.BOOLEAN;
      }
      return mostly(numbers) ? FeatureKind.NUMERIC : FeatureKind.CATEGORICAL;
    }

    private boolean mostly(int some) {
      return 100L * some >= (long) TYPED * all();
    }
  }

  private static List<Declared> declared(List<byte[]> sample) {
    Map<String, Seen> names = new TreeMap<>();
    Inventory inventory = new Inventory(names);
    for (byte[] features : sample) {
      SampledFeatures.read(features, inventory);
    }
    // By name at last, so that a feature more or less moves no other.
    return names.entrySet().stream()
        .filter(entry -> (long) entry.getValue().all() * RAREST >= sample.size())
        .sorted(
            Comparator.<Map.Entry<String, Seen>>comparingInt(entry -> -entry.getValue().all())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_FEATURES)
        .map(entry -> new Declared(entry.getKey(), entry.getValue().kind()))
        .sorted(Comparator.comparing(Declared::name))
        .toList();
  }

  private record Inventory(Map<String, Seen> names) implements FeatureSink {
    @Override
    public void number(String name, double value) {
      seen(name).numbers++;
    }

    @Override
    public void category(String name, String value) {
      if (value.equals("true") || value.equals("false")) {
        seen(name).truths++;
      } else {
        seen(name).words++;
      }
    }

    @Override
    public void missing(String name) {}

    private Seen seen(String name) {
      Seen known = names.get(name);
      if (known == null) {
        known = new Seen();
        if (names.size() < MAX_NAMES && FeatureNames.problem(name) == null) {
          names.put(name, known);
        }
      }
      return known;
    }
  }

  private record Row(byte[] features, Map<String, Integer> positions) implements RowWriter {
    @Override
    public void writeTo(Values values) {
      SampledFeatures.read(
          features,
          new FeatureSink() {
            @Override
            public void number(String name, double value) {
              Integer position = positions.get(name);
              if (position != null) {
                values.number(position, value);
              }
            }

            @Override
            public void category(String name, String value) {
              Integer position = positions.get(name);
              if (position != null) {
                values.category(position, value);
              }
            }

            @Override
            public void missing(String name) {}
          });
    }
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
