package dev.runway.drift.profile;

import dev.runway.drift.distribution.Overdispersion;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The profile of a model version: its features in a fixed order. Immutable; a change is a new
 * profile with a new id.
 *
 * @param id identifies the profile in every tile and reading that rests on it
 * @param createdAtMillis epoch milliseconds
 * @param features 1 to {@link #MAX_FEATURES}, with distinct names
 */
public record BaselineProfile(
    String id,
    String model,
    String version,
    long createdAtMillis,
    Source source,
    Precision precision,
    List<FeatureProfile> features) {

  public static final int MAX_FEATURES = 4096;

  /** Checks the features' names. */
  public BaselineProfile {
    features = List.copyOf(features);
    if (features.isEmpty() || features.size() > MAX_FEATURES) {
      throw new IllegalArgumentException(
          features.size() + " features, must be 1 to " + MAX_FEATURES);
    }
    Set<String> names = new HashSet<>();
    for (FeatureProfile feature : features) {
      if (!names.add(feature.name())) {
        throw new IllegalArgumentException("feature " + feature.name() + " is there twice");
      }
    }
  }

  /**
   * Whose profile it is.
   *
   * @param id of the profile
   */
  public record Identity(
      String id, String model, String version, long createdAtMillis, Source source) {}

  /** A feature as it is declared. */
  public record Declared(String name, FeatureKind kind) {

    public static Declared numeric(String name) {
      return new Declared(name, FeatureKind.NUMERIC);
    }

    public static Declared categorical(String name) {
      return new Declared(name, FeatureKind.CATEGORICAL);
    }
  }

  /** A profile of features. */
  public static BaselineProfile of(
      Identity identity, Precision precision, List<FeatureProfile> features) {
    return new BaselineProfile(
        identity.id(),
        identity.model(),
        identity.version(),
        identity.createdAtMillis(),
        identity.source(),
        precision,
        features);
  }

  /**
   * A profile without any data, for a version that has no baseline yet: tiles that are opened with
   * it count events, missing values, moments and sketches, from which a provisional one can be
   * made.
   */
  public static BaselineProfile blank(
      Identity identity, Precision precision, List<Declared> features) {
    return of(
        identity,
        precision,
        features.stream().map(BaselineProfile::blank).collect(Collectors.toList()));
  }

  private static FeatureProfile blank(Declared feature) {
    return feature.kind() == FeatureKind.NUMERIC
        ? NumericProfile.blank(feature.name())
        : CategoricalProfile.blank(feature.name(), feature.kind());
  }

  /**
   * The same profile under a new id with the dispersion of each feature as measured on windows that
   * did not drift.
   *
   * @param dispersions one per feature
   */
  public BaselineProfile calibrated(String newId, List<Overdispersion> dispersions) {
    List<FeatureProfile> calibrated =
        IntStream.range(0, features.size())
            .mapToObj(i -> features.get(i).with(dispersions.get(i)))
            .toList();
    return new BaselineProfile(
        newId, model, version, createdAtMillis, source, precision, calibrated);
  }

  /** The same with other features. */
  public BaselineProfile with(List<FeatureProfile> others) {
    return new BaselineProfile(id, model, version, createdAtMillis, source, precision, others);
  }

  /** Position of each feature by name. */
  public Map<String, Integer> positions() {
    return IntStream.range(0, features.size())
        .boxed()
        .collect(Collectors.toUnmodifiableMap(i -> features.get(i).name(), i -> i));
  }

  /** Made of live traffic and not of training data. */
  public boolean provisional() {
    return source == Source.PROVISIONAL;
  }
}
