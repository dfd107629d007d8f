package dev.runway.bench.embedding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured. */
public enum EmbeddingCase {
  SAMPLER("sampler", 512, null),
  SAMPLER_HASH("sampler-hash", 512, SAMPLER),
  PAIRS_128("pairs-128", 128, null),
  PAIRS_128_LOOP("pairs-128-loop", 128, PAIRS_128),
  PAIRS_128_EJML("pairs-128-ejml", 128, PAIRS_128),
  PAIRS_512("pairs-512", 512, null),
  PAIRS_512_LOOP("pairs-512-loop", 512, PAIRS_512),
  PAIRS_512_EJML("pairs-512-ejml", 512, PAIRS_512),
  PAIRS_1024("pairs-1024", 1024, null),
  PAIRS_1024_LOOP("pairs-1024-loop", 1024, PAIRS_1024),
  PAIRS_1024_EJML("pairs-1024-ejml", 1024, PAIRS_1024),
  TRAFFIC_512("traffic-512", 512, null),
  LOOK_512("look-512", 512, null),
  LOOK_1024("look-1024", 1024, null),
  STREAM_512("stream-512", 512, null),
  ROLLOUT_512("rollout-512", 512, null);

  /** Of what takes a broker and minutes. */
  private static final int ROUNDS_OF_THE_JOB = 3;

  private final String option;
  private final int dimensions;
  private final @Nullable EmbeddingCase ours;

  /**
   * @param ours the case of ours that it does the work of; null for ours itself
   */
  EmbeddingCase(String option, int dimensions, @Nullable EmbeddingCase ours) {
    this.option = option;
    this.dimensions = dimensions;
    this.ours = ours;
  }

  /** As it is typed. */
  public String option() {
    return option;
  }

  int dimensions() {
    return dimensions;
  }

  /** The case of ours that does the same work. */
  EmbeddingCase ours() {
    return ours == null ? this : ours;
  }

  /** Whether it is pairs whose sums have a limit of their own. */
  boolean isOfPairs() {
    return switch (this) {
      case PAIRS_128, PAIRS_512, PAIRS_1024 -> true;
      default -> false;
    };
  }

  /** How often it is measured where so many rounds are asked for. */
  int rounds(int asked) {
    return this == STREAM_512 || this == ROLLOUT_512 ? Math.min(asked, ROUNDS_OF_THE_JOB) : asked;
  }

  /** The heap that it must do with, where that is part of what is measured. */
  List<String> flags() {
    return this == LOOK_1024 || this == ROLLOUT_512 ? List.of("-Xmx384m") : List.of();
  }

  String kind() {
    return ours == null ? "ours" : isOfEjml() ? "peer" : "limit";
  }

  private boolean isOfEjml() {
    return switch (this) {
      case PAIRS_128_EJML, PAIRS_512_EJML, PAIRS_1024_EJML -> true;
      default -> false;
    };
  }

  /** As a row is called. */
  String title() {
    return switch (this) {
      case SAMPLER -> "sample JSON of 512 dimensions at 1 %";
      case SAMPLER_HASH -> "hash the item's id alone";
      case TRAFFIC_512 -> "add a vector of 512 dimensions to its window's traffic";
      case LOOK_512 -> "compare two versions, sums included";
      case LOOK_1024 -> "compare 4,096 pairs in a heap of 384 MB, sums included";
      case STREAM_512 -> "the job, 1 % sampled, broker on the same cores";
      case ROLLOUT_512 -> "the job, two versions of 100,000 items, in a heap of 384 MB";
      default ->
          (ours == null
                  ? "add a pair of "
                  : isOfEjml() ? "EJML: products of " : "bare loop: products of ")
              + dimensions
              + " dimensions";
    };
  }
}
