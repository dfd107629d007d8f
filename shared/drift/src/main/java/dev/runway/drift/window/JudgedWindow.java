package dev.runway.drift.window;

import dev.runway.drift.distribution.Dispersion;
import dev.runway.drift.distribution.PsiTest;
import dev.runway.drift.reading.DriftReport;
import dev.runway.drift.reading.FeatureDrift;
import dev.runway.drift.tile.WideCounts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on a window.
 *
 * @param fromMillis begin of what was judged
 * @param endMillis its end
 * @param counts what was judged
 * @param report against the baseline, which decides
 * @param previous by feature, against the windows just before; null where there are too few values
 * @param lastWeek by feature, against the same hours of the week before
 * @param excused features that differ from the baseline as they did before: a season
 * @param seasonUnknown features that are flagged by their distribution alone, where no week before
 *     has these hours: whether it is a season nobody can say
 * @param dispersions by feature, as used
 */
public record JudgedWindow(
    long fromMillis,
    long endMillis,
    WideCounts counts,
    DriftReport report,
    @Nullable PsiTest[] previous,
    @Nullable PsiTest[] lastWeek,
    Map<String, Excuse> excused,
    Set<String> seasonUnknown,
    Dispersion[] dispersions) {

  /**
   * Why a feature is not flagged.
   *
   * @param weeks ago that it was the same; 0 for two days ago, where no week could answer
   * @param change since then
   */
  public record Excuse(int weeks, PsiTest change) {}

  /** Features with an alarm that no season excuses, the worst first. */
  public List<FeatureDrift> flagged() {
    return report.flagged().stream()
        .filter(feature -> !excused.containsKey(feature.feature()))
        .toList();
  }

  /** Their names. */
  public Set<String> flaggedNames() {
    Set<String> names = new TreeSet<>();
    flagged().forEach(feature -> names.add(feature.feature()));
    return names;
  }
}
