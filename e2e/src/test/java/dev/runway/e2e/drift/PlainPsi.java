package dev.runway.e2e.drift;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** PSI of a numeric feature, from the values themselves. */
public final class PlainPsi {
  private static final String FEATURE = "x";

  private PlainPsi() {}

  /** That of current values against those of training. */
  public static double of(double[] training, double[] current) {
    double[][] both = new PlainReference(FEATURE, rows(training)).contrast(rows(current));
    return PlainStatistics.psi(both[0], both[1]);
  }

  private static List<PlainRow> rows(double[] values) {
    return Arrays.stream(values)
        .mapToObj(value -> new PlainRow(0, "", Map.of(FEATURE, value)))
        .toList();
  }
}
