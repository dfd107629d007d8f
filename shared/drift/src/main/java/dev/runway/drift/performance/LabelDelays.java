package dev.runway.drift.performance;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the label delays of many windows, and the ages of their predictions without a label,
 * into one distribution.
 *
 * <p>Of a prediction without a label only its window is kept, so its age is a guess: as likely as
 * predictions of that age are to have no label yet. That takes the distribution that is looked for,
 * so the guess and the distribution are made in turn, a few times.
 *
 * <p>Predictions count once each, whatever they weigh: how long a label takes is held to be
 * independent of the sampling weight.
 */
public final class LabelDelays {

  private static final int ROUNDS = 4;

  private record Waiting(Ages ages, long predictions) {}

  private final DelayCounts labelled = new DelayCounts();
  private final List<Waiting> waiting = new ArrayList<>();
  private final double[] atHorizon = new double[DelayBins.SIZE];

  /** Adds delays of labelled predictions. */
  public void addLabelled(DelayCounts delays) {
    labelled.add(delays);
  }

  /** Adds predictions of these ages that have no label yet. */
  public void addWaiting(Ages ages, long predictions) {
    if (predictions > 0) {
      waiting.add(new Waiting(ages, predictions));
    }
  }

  /** Adds predictions that got no label by their horizon. */
  public void addUnlabelled(long horizonMillis, long predictions) {
    if (predictions > 0) {
      atHorizon[DelayBins.index(horizonMillis)] += predictions;
    }
  }

  /** The distribution; null while no label is known. */
  public @Nullable KaplanMeier distribution() {
    if (labelled.count() <= 0) {
      return null;
    }
    KaplanMeier guess = new KaplanMeier(new DelayCounts(), new double[DelayBins.SIZE]);
    for (int round = 0; round < ROUNDS; round++) {
      double[] unlabelled = atHorizon.clone();
      for (Waiting some : waiting) {
        spread(some, guess, unlabelled);
      }
      guess = new KaplanMeier(labelled, unlabelled);
    }
    return guess;
  }

  private static void spread(Waiting some, KaplanMeier guess, double[] unlabelled) {
    double[] likely = new double[Ages.SLICES];
    double total = 0;
    for (int slice = 0; slice < Ages.SLICES; slice++) {
      double share = some.ages().share(slice);
      likely[slice] = share * (1 - guess.inBin(some.ages().bin(slice)));
      total += likely[slice];
    }
    for (int slice = 0; slice < Ages.SLICES; slice++) {
      double share = total > 0 ? likely[slice] / total : some.ages().share(slice);
      unlabelled[some.ages().bin(slice)] += share * some.predictions();
    }
  }
}
