package dev.runway.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured in which order.
 *
 * @param open sizes, the smallest first
 * @param peersUpTo size up to which peers are measured that grow too slow
 * @param measured steps of a measurement
 * @param rounds rounds of the first size; larger ones take longer and get fewer
 * @param cases null for all
 */
record Plan(
    List<Integer> open, int peersUpTo, long measured, int rounds, @Nullable List<String> cases) {
  private static final int LARGE = 1_000_000;
  private static final int HUGE = 10_000_000;
  private static final int ROUNDS_OF_LARGE = 3;

  /** Peers that take a hundred times as long are told from ours by fewer events. */
  private static final long MEASURED_OF_PEERS = 100_000;

  static Plan quick(@Nullable List<String> cases) {
    // Enough that a cold start has not read it all before the first look.
    return new Plan(List.of(2_048), 2_048, 40_960, 1, cases);
  }

  /** All flights behind the first days; the cases that grow too slow get fewer. */
  static Plan flights(Workload flights, int rounds, @Nullable List<String> cases) {
    List<String> chosen =
        cases == null ? List.of("ours", "interval_join", "sql", "rocksdb") : cases;
    return new Plan(
        List.of(flights.open()),
        flights.open(),
        flights.steps() - flights.warmUp(),
        Math.min(rounds, ROUNDS_OF_LARGE),
        chosen);
  }

  List<JoinCase> casesAt(int waiting) {
    List<JoinCase> here = new ArrayList<>();
    for (JoinCase each : JoinCase.values()) {
      boolean wanted = cases == null || cases.contains(each.option());
      if (wanted && fits(each, waiting)) {
        here.add(each);
      }
    }
    return here;
  }

  private boolean fits(JoinCase each, int waiting) {
    return switch (each.sizes) {
      case ALL -> true;
      case SMALL -> waiting <= peersUpTo;
      case FIRST -> waiting == open.get(0);
      case LARGEST -> waiting >= LARGE || waiting == open.get(open.size() - 1);
    };
  }

  int roundsAt(int waiting) {
    if (waiting >= HUGE) {
      return 1;
    }
    return waiting >= LARGE ? Math.min(rounds, ROUNDS_OF_LARGE) : rounds;
  }

  /** Cases that take minutes get fewer. */
  int rounds(JoinCase each, int waiting) {
    return Math.min(roundsAt(waiting), each.atMostRounds());
  }

  long steps(JoinCase each) {
    return each.sizes == JoinCase.Sizes.SMALL ? Math.min(measured, MEASURED_OF_PEERS) : measured;
  }

  /** All turns together. */
  int turns() {
    int all = 0;
    for (int waiting : open) {
      for (JoinCase each : casesAt(waiting)) {
        all += rounds(each, waiting);
      }
    }
    return all;
  }
}
