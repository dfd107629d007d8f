package dev.runway.model;

import java.io.IOException;

/** {@link SpaceThresholds} as JSON; what is as usual is left out. */
final class SpaceThresholdsFields {
  /** Of shifts and changes: beyond ten times of what there was nothing is told apart. */
  private static final double MOST = 10;

  private SpaceThresholdsFields() {}

  static void write(JsonBytes out, SpaceThresholds thresholds) throws IOException {
    SpaceThresholds usual = SpaceThresholds.USUAL;
    write(out, "mean_shift", thresholds.meanShift(), usual.meanShift());
    write(out, "covariance_change", thresholds.covarianceChange(), usual.covarianceChange());
    write(out, "norm_change", thresholds.normChange(), usual.normChange());
    write(out, "unusable_rise", thresholds.unusableRise(), usual.unusableRise());
    write(out, "freshness_seconds", thresholds.freshnessSeconds(), usual.freshnessSeconds());
    write(out, "mixed_share", thresholds.mixedShare(), usual.mixedShare());
  }

  private static void write(JsonBytes out, String name, double value, double usual)
      throws IOException {
    if (value != usual) {
      out.field(name, value);
    }
  }

  static SpaceThresholds read(StrictJson json) throws MalformedEvent {
    SpaceThresholds usual = SpaceThresholds.USUAL;
    double meanShift = usual.meanShift();
    double covarianceChange = usual.covarianceChange();
    double normChange = usual.normChange();
    double unusableRise = usual.unusableRise();
    double freshnessSeconds = usual.freshnessSeconds();
    double mixedShare = usual.mixedShare();
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "mean_shift" -> meanShift = json.number(0, MOST);
        case "covariance_change" -> covarianceChange = json.number(0, MOST);
        case "norm_change" -> normChange = json.number(0, MOST);
        case "unusable_rise" -> unusableRise = json.number(0, 1);
        case "freshness_seconds" ->
            freshnessSeconds = json.number(0, SpaceThresholds.MAX_FRESHNESS_SECONDS);
        case "mixed_share" -> mixedShare = json.number(0, 1);
        default -> json.skip();
      }
    }
    return new SpaceThresholds(
        meanShift, covarianceChange, normChange, unusableRise, freshnessSeconds, mixedShare);
  }
}
