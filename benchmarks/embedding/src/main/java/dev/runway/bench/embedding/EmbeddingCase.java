package dev.runway.bench.embedding;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured. */
public enum EmbeddingCase {
  SAMPLER("sampler", 512, null),
  SAMPLER_HASH("sampler-hash", 512, SAMPLER),
  PAIRS_128("pairs-128", 128, null),
  PAIRS_128_EJML("pairs-128-ejml", 128, PAIRS_128),
  PAIRS_512("pairs-512", 512, null),
  PAIRS_512_EJML("pairs-512-ejml", 512, PAIRS_512),
  PAIRS_1024("pairs-1024", 1024, null),
  PAIRS_1024_EJML("pairs-1024-ejml", 1024, PAIRS_1024),
  TRAFFIC_512("traffic-512", 512, null),
  LOOK_512("look-512", 512, null),
  LOOK_1024("look-1024", 1024, null);

  private final String option;
  private final int dimensions;
  private final @Nullable EmbeddingCase ours;

  /**
   * @param ours the case of ours that it is the limit of; null for ours itself
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

  /** The heap that it must do with, where that is part of what is measured. */
  List<String> flags() {
    return this == LOOK_1024 ? List.of("-Xmx384m") : List.of();
  }

  String kind() {
    return ours == null ? "ours" : "limit";
  }

  /** As a row is called. */
  String title() {
    return switch (this) {
      case SAMPLER -> "sample JSON of 512 dimensions at 1 %";
      case SAMPLER_HASH -> "hash the item's id alone";
      case TRAFFIC_512 -> "add a vector of 512 dimensions to its window's traffic";
      case LOOK_512 -> "compare two versions, sums included";
      case LOOK_1024 -> "compare 4,096 pairs in a heap of 384 MB, sums included";
      default ->
          (ours == null ? "add a pair of " : "EJML: products of ") + dimensions + " dimensions";
    };
  }
}
