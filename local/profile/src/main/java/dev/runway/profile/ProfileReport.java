package dev.runway.profile;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.Edges;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.profile.BaselineProfile;
import dev.runway.drift.profile.CategoricalProfile;
import dev.runway.drift.profile.FeatureProfile;
import dev.runway.drift.profile.InControl;
import dev.runway.drift.profile.NumericProfile;
import dev.runway.drift.reading.DriftPolicy;
import dev.runway.drift.reading.Reach;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** A profile in a table that a person reads before it is published. */
final class ProfileReport {
  private static final List<String> HEAD =
      List.of("feature", "kind", "n", "missing", "bins", "atoms");

  /** Where windows of the training rows were measured. */
  private static final List<String> IN_CONTROL =
      List.of("psi mean", "psi sd", "psi q95", "psi q99");

  /** Columns from here to the last but one are numbers. */
  private static final int FIRST_NUMBER = 2;

  /** As far as the job's own is not known here. */
  private static final DriftPolicy POLICY = DriftPolicy.standard();

  private ProfileReport() {}

  /**
   * The table.
   *
   * @param windowRows rows of a usual window; 0 where that is not known
   */
  static List<String> lines(BaselineProfile profile, long windowRows) {
    List<List<String>> rows = new ArrayList<>();
    boolean measured = profile.features().stream().anyMatch(feature -> feature.inControl() != null);
    rows.add(row(HEAD, measured ? IN_CONTROL : List.of(), "note"));
    double cut = POLICY.level() / profile.features().size();
    for (FeatureProfile feature : profile.features()) {
      String blind = windowRows == 0 ? "" : blind(feature, windowRows, cut);
      String note = note(feature);
      rows.add(
          row(
              counts(feature),
              measured ? inControl(feature.inControl()) : List.of(),
              note + (note.isEmpty() || blind.isEmpty() ? "" : "; ") + blind));
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(widths[i] - row.get(i).length());
      boolean number = i >= FIRST_NUMBER && i < widths.length - 1;
      line.append(i == 0 ? "" : "  ");
      line.append(number ? blanks + row.get(i) : row.get(i) + blanks);
    }
    return line.toString().stripTrailing();
  }

  /**
   * What is to be said of a feature that cannot drift in a usual window, whatever happens to values
   * that are known: its own windows scatter too much.
   *
   * @param cut the p-value up to which it would be flagged alone
   */
  private static String blind(FeatureProfile feature, long windowRows, double cut) {
    long values =
        Math.max(
            POLICY.minimum(), Math.round(windowRows * ((double) feature.n() / feature.rows())));
    if (feature.n() < POLICY.minimum()) {
      return "";
    }
    PsiTest most = Reach.test(feature, values, Dispersion.of(feature.dispersion().factor()));
    if (most.degrees() == 0) {
      return "";
    }
    double threshold = most.threshold(POLICY.warning(), cut);
    return threshold <= most.psi()
        ? ""
        : String.format(
            Locale.ROOT,
            "cannot fire in windows of %,d: threshold %.2f, psi of known values at most %.2f",
            values,
            threshold,
            most.psi());
  }

  private static List<String> row(List<String> counts, List<String> inControl, String note) {
    List<String> row = new ArrayList<>(counts);
    row.addAll(inControl);
    row.add(note);
    return row;
  }

  private static List<String> inControl(@Nullable InControl psi) {
    return psi == null
        ? List.of("", "", "", "")
        : DoubleStream.of(psi.mean(), psi.sd(), psi.q95(), psi.q99())
            .mapToObj(value -> String.format(Locale.ROOT, "%.4f", value))
            .toList();
  }

  private static List<String> counts(FeatureProfile feature) {
    return List.of(
        shown(feature.name()),
        feature.kind().name().toLowerCase(Locale.ROOT),
        String.format(Locale.ROOT, "%,d", feature.n()),
        share(feature.missingShare()),
        String.valueOf(bins(feature)),
        feature instanceof NumericProfile numeric ? String.valueOf(atoms(numeric.edges())) : "");
  }

  /** With the digits of a float where it is one: 0.1 and not 0.10000000149011612. */
  private static String shown(double number) {
    return (float) number == number ? Float.toString((float) number) : Double.toString(number);
  }

  /** Names come from files: no control characters for the terminal. */
  static String shown(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static String share(double share) {
    return share == 0 ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static int bins(FeatureProfile feature) {
    return feature instanceof NumericProfile numeric
        ? numeric.edges().bins()
        : ((CategoricalProfile) feature).words().size();
  }

  /** Bins that hold one value: an edge just below it and one at it. */
  private static int atoms(Edges edges) {
    int atoms = 0;
    for (int i = 1; i < edges.size(); i++) {
      if (edges.get(i - 1) == Math.nextDown(edges.get(i))) {
        atoms++;
      }
    }
    return atoms;
  }

  private static String note(FeatureProfile feature) {
    if (feature.n() == 0) {
      return "always missing";
    }
    if (feature instanceof NumericProfile numeric) {
      if (numeric.infinite() > 0) {
        return String.format(Locale.ROOT, "%,d infinite", numeric.infinite());
      }
      return numeric.min() == numeric.max() ? "constant " + shown(numeric.min()) : "";
    }
    CategoricalProfile words = (CategoricalProfile) feature;
    long used = Arrays.stream(words.counts()).filter(count -> count > 0).count();
    if (used == 1 && words.other() == 0) {
      return "constant";
    }
    if (words.other() == 0) {
      return "";
    }
    // Most of its values are in no bin of their own.
    String looks = words.other() > words.n() / 2 ? "; an id? see --ignore" : "";
    return String.format(
        Locale.ROOT,
        "%.2f %% in words beyond the first %d%s",
        100.0 * words.other() / words.n(),
        words.words().size(),
        looks);
  }
}
