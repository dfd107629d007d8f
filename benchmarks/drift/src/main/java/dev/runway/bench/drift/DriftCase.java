package dev.runway.bench.drift;

import dev.runway.bench.drift.Load.Encoding;
import dev.runway.bench.drift.Load.Share;
import dev.runway.bench.harness.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is measured, each in a JVM of its own. */
public enum DriftCase {
  /** The job's topology from bytes to tiles and readings. */
  OURS {
    @Override
    List<Load> loads(boolean quick) {
      List<Load> loads = new ArrayList<>(LIMIT.loads(quick));
      if (!quick) {
        loads.add(new Load(Encoding.AVRO, 100, 50, Share.EVEN, 2));
        loads.add(new Load(Encoding.AVRO, 100, 50, Share.HOT, 2));
      }
      return loads;
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      return List.of(
          new DriftRun(load, Extent.of(load, turn.quick()), turn.seed())
              .ours("drift-monitor: " + load.title()));
    }
  },
  LIMIT {
    @Override
    List<Load> loads(boolean quick) {
      if (quick) {
        return List.of(Load.of(Encoding.AVRO, 20, 5), Load.of(Encoding.JSON, 20, 5));
      }
      List<Load> loads = new ArrayList<>();
      for (Encoding encoding : Encoding.values()) {
        for (int features : List.of(12, 100, 1_000)) {
          loads.add(Load.of(encoding, features, 50));
        }
        loads.add(Load.of(encoding, 100, 1));
        loads.add(Load.of(encoding, 100, 500));
      }
      return loads;
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      return List.of(
          LimitLoop.run(
              load,
              Extent.of(load, turn.quick()),
              turn.seed(),
              "parsed and counted in a loop: " + load.title()));
    }
  },
  SQL {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(quick ? Load.of(Encoding.AVRO, 20, 5) : Load.of(Encoding.AVRO, 100, 50));
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      return List.of(
          new DriftRun(load, Extent.ofPeer(load, turn.quick()), turn.seed())
              .sql("Flink SQL, features as rows, GROUP BY: " + load.title()));
    }
  },
  /** The whole job beside its broker at the rate of ten billion predictions a day. */
  LIVE {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(live(Encoding.AVRO, quick));
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      return follow(turn, TEN_BILLION_A_DAY, turn.quick() ? 4 : 60 * turn.minutes(), true);
    }
  },
  LIVE_JSON {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(live(Encoding.JSON, quick));
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      return follow(turn, 60_000, turn.quick() ? 4 : 180, false);
    }
  },
  CATCH_UP {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(live(Encoding.AVRO, quick));
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      long backlog = turn.quick() ? 60_000 : 9_000_000;
      try (Live live = Live.start(load, turn.seed(), checkpoints(turn), backlog)) {
        return List.of(live.catchUp("taking in what waits: " + load.title()));
      }
    }
  },
  LATENCY {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(
          quick ? live(Encoding.AVRO, true) : new Load(Encoding.AVRO, 100, 100, Share.EVEN, 2));
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      try (Live live = Live.start(load, turn.seed(), checkpoints(turn), 0)) {
        return live.follow(
            "from onset to reading: " + load.title(),
            2_000,
            turn.quick() ? 4 : 180,
            load.models(),
            false);
      }
    }
  },
  MEMORY {
    @Override
    List<Load> loads(boolean quick) {
      return List.of(Load.of(Encoding.AVRO, 100, 1));
    }

    @Override
    List<Row> run(Turn turn) {
      return TileMemory.run(turn.quick() ? 5 : 200, turn.quick() ? 100 : 2_000, turn.seed());
    }
  },
  /** What state and a checkpoint hold with more and more models. */
  STATE {
    @Override
    List<Load> loads(boolean quick) {
      List<Load> loads = new ArrayList<>();
      for (int models : quick ? List.of(1, 10) : List.of(10, 100, 1_000)) {
        loads.add(new Load(Encoding.AVRO, quick ? 20 : 100, models, Share.EVEN, 1));
      }
      return loads;
    }

    @Override
    List<Row> run(Turn turn) throws Exception {
      Load load = turn.load();
      List<Row> rows = new ArrayList<>();
      rows.add(
          new DriftRun(load, Extent.ofState(load, turn.quick() ? 200 : 1_000), turn.seed())
              .oursWithState("state of two minutes: " + load.title()));
      if (load.models() <= MOST_WITH_HISTORY) {
        int days = turn.quick() ? 2 : 31;
        rows.add(
            new DriftRun(load, Extent.ofHistory(load, days), turn.seed())
                .oursWithHistory("state after %d days: %s".formatted(days, load.title())));
      }
      return rows;
    }
  };

  /** A month of a thousand models is millions of tiles. */
  private static final int MOST_WITH_HISTORY = 100;

  private static final long TEN_BILLION_A_DAY = 115_741;

  /** What it is measured with. */
  abstract List<Load> loads(boolean quick);

  /** Its rows; the first is the one that others are compared with. */
  abstract List<Row> run(Turn turn) throws Exception;

  /** The case of ours that does the same work; null for one that is like no other. */
  @Nullable DriftCase against() {
    return switch (this) {
      case OURS, LIMIT, SQL -> OURS;
      default -> null;
    };
  }

  /** Some take minutes, or do not scatter; and those that only show how a cost grows need fewer. */
  int rounds(Load load, int wanted) {
    return switch (this) {
      case OURS, LIMIT, SQL -> load.isCommon() ? wanted : (wanted + 1) / 3;
      default -> 1;
    };
  }

  /** As users write it. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Load live(Encoding encoding, boolean quick) {
    return quick
        ? new Load(encoding, 20, 10, Share.EVEN, 2)
        : new Load(encoding, 100, 500, Share.ZIPF, 2);
  }

  private static Duration checkpoints(Turn turn) {
    return Duration.ofSeconds(turn.quick() ? 1 : 30);
  }

  private static List<Row> follow(Turn turn, long perSecond, int seconds, boolean killed)
      throws Exception {
    Load load = turn.load();
    try (Live live = Live.start(load, turn.seed(), checkpoints(turn), 0)) {
      long asked = turn.rate() > 0 ? turn.rate() : perSecond;
      long rate = 2_000;
      if (!turn.quick()) {
        live.warmUp(asked / 2, 180);
        rate = live.heldRate(asked, 30);
      }
      // A fifth of the models drift on the way.
      List<Row> rows =
          live.follow("live: " + load.title(), rate, seconds, load.models() / 5, killed);
      return turn.quick()
          ? rows
          : rows.stream().map(row -> row.with("goal_per_second", (double) asked)).toList();
    }
  }
}
