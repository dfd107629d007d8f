package dev.runway.bench.control;

import java.util.Random;

/** What is asked for, all of them equally often. */
enum Read {
  /** What a model stands on and what stands on it, any model of the registry. */
  IMPACT(500) {
    @Override
    String path(Random random) {
      return "/v1/models/" + anyModel(random) + "/impact";
    }
  },
  MODEL(50) {
    @Override
    String path(Random random) {
      return "/v1/models/" + anyModel(random);
    }
  },
  /** By text, by team, by tag and by feature in turn. */
  SEARCH(50) {
    @Override
    String path(Random random) {
      return switch (random.nextInt(4)) {
        case 0 -> "/v1/models?q=place%20" + random.nextInt(Fill.MODELS);
        case 1 -> "/v1/models?team=team-" + random.nextInt(40);
        case 2 -> "/v1/models?tag=tag-" + random.nextInt(25);
        default -> "/v1/models?feature=f-" + random.nextInt(4 * Fill.MODELS);
      };
    }
  },
  HEALTH(50) {
    @Override
    String path(Random random) {
      return "/v1/models/" + anyModel(random) + "/health";
    }
  },
  VERSIONS(50) {
    @Override
    String path(Random random) {
      return "/v1/models/" + anyModel(random) + "/versions";
    }
  },
  QUEUE(50) {
    @Override
    String path(Random random) {
      return "/v1/retrain-queue";
    }
  },
  /** What came later, in turn: a model's states and decisions, costs, spaces and open alerts. */
  LISTS(50) {
    @Override
    String path(Random random) {
      return switch (random.nextInt(5)) {
        case 0 -> "/v1/models/" + anyModel(random) + "/staleness";
        case 1 -> "/v1/models/" + anyModel(random) + "/decisions";
        case 2 -> "/v1/retrain-costs";
        case 3 -> "/v1/spaces";
        default -> "/v1/views/alerted-models";
      };
    }
  };

  private final int goalMillis;

  Read(int goalMillis) {
    this.goalMillis = goalMillis;
  }

  /** Any of them. */
  static Read any(Random random) {
    Read[] kinds = values();
    return kinds[random.nextInt(kinds.length)];
  }

  /** A request of this kind. */
  abstract String path(Random random);

  /** What its 99th percentile must stay below. */
  int goalMillis() {
    return goalMillis;
  }

  private static String anyModel(Random random) {
    return Fill.model(random.nextInt(Fill.MODELS));
  }
}
