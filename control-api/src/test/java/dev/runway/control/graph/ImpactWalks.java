package dev.runway.control.graph;

import java.util.List;

/** The two questions of an impact, for a test that looks at their plans. */
public final class ImpactWalks {
  /** Downstream and upstream: start, depth, steps, depth, depth and nodes are bound. */
  public static final List<String> ALL = List.of(Impact.DOWN, Impact.UP);

  private ImpactWalks() {}
}
