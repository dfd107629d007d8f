package dev.runway.profile;

import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.BaselineProfile.Identity;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.profile.Precision;
import dev.runway.drift.profile.ProfileBuilder;
import dev.runway.drift.profile.ProfileJson;
import dev.runway.drift.profile.ProfileOptions;
import dev.runway.drift.profile.Source;
import dev.runway.drift.statistics.CentralMoments;
import dev.runway.profile.source.TrainingSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows to a profile whose id is a hash of what is in it: the same rows give the same id, whenever
 * and wherever they are counted, and in whatever order as long as no sample is drawn. Moments and
 * sketches are left out of it: their last digits depend on the order, and on chance.
 */
final class ProfileMaker {
  private static final String PREFIX = "profile-";
  private static final int ID_BYTES = 10;

  private final String model;
  private final String version;
  private final Precision precision;

  ProfileMaker(String model, String version, Precision precision) {
    this.model = model;
    this.version = version;
    this.precision = precision;
  }

  /**
   * What came of a training set.
   *
   * @param profile created at no time yet: that is known when it has been counted
   * @param rows good ones, which were counted
   * @param windowRows rows of a usual window; 0 where no column says when they were
   * @param notes about the numbers, for a person
   */
  record Made(BaselineProfile profile, long rows, long windowRows, List<String> notes) {

    /** The profile as of a time, which is no part of its id. */
    BaselineProfile createdAt(long millis) {
      return new BaselineProfile(
          profile.id(),
          profile.model(),
          profile.version(),
          millis,
          profile.source(),
          profile.precision(),
          profile.features());
    }
  }

  /**
   * Goes through the rows twice: bins first, counts second; where a column says when they were,
   * once more, for how much windows of them scatter.
   */
  Made make(
      TrainingSet set,
      List<Feature> features,
      @Nullable TimeColumn time,
      BadRows bad,
      LongConsumer progress)
      throws IOException {
    List<String> notes = new ArrayList<>();
    BaselineProfile counted;
    long rows;
    long windowRows = 0;
    List<String> roughly;
    try (TrainingRows training = new TrainingRows(set, features, time, bad, progress)) {
      counted =
          ProfileBuilder.build(
              new Identity(PREFIX, model, version, 0, Source.PROFILE_JOB),
              precision,
              features.stream().map(Feature::declared).toList(),
              ProfileOptions.standard(features.size()),
              training);
      rows = training.rows();
      roughly = training.roughly();
      if (time != null && rows > 0) {
        Scatter.Measured measured = new Scatter(time).of(counted, training);
        counted = measured.profile();
        notes.addAll(Scatter.notes(measured, time));
        windowRows = measured.windowRows();
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (rows == 0) {
      throw new IOException("there is no row to count");
    }
    notes.addAll(notes(roughly));
    return new Made(identified(counted), rows, windowRows, notes);
  }

  private List<String> notes(List<String> roughly) {
    return precision == Precision.DOUBLE || roughly.isEmpty()
        ? List.of()
        : List.of(
            "has numbers that no float tells apart: %s; --precision double keeps them, or --category"
                .formatted(roughly.stream().limit(10).collect(Collectors.joining(", "))));
  }

  private BaselineProfile identified(BaselineProfile counted) {
    String hash =
        HexFormat.of().formatHex(sha256(ProfileJson.write(countsAlone(counted))), 0, ID_BYTES);
    return BaselineProfile.of(
        new Identity(PREFIX + hash, model, version, 0, Source.PROFILE_JOB),
        counted.precision(),
        counted.features());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The same without quantile sketches, on which no decision rests: two thirds of its bytes. */
  static BaselineProfile withoutSketches(BaselineProfile profile) {
    return with(profile, n -> n.with(n.moments(), new byte[0]));
  }

  /** The same without what depends on the order of rows in its last digits, or on chance. */
  static BaselineProfile countsAlone(BaselineProfile profile) {
    return with(profile, n -> n.with(CentralMoments.EMPTY, new byte[0]));
  }

  private static BaselineProfile with(
      BaselineProfile profile, UnaryOperator<NumericProfile> change) {
    List<FeatureProfile> features =
        profile.features().stream()
            .map(feature -> feature instanceof NumericProfile n ? change.apply(n) : feature)
            .toList();
    return profile.with(features);
  }
}
