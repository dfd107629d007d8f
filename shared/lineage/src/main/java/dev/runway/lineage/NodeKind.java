package dev.runway.lineage;

import java.util.Locale;

/** What a node is. Names are stored: never rename one. */
public enum NodeKind {
  MODEL,
  VERSION,
  FEATURE,
  DATA_SOURCE,
  PIPELINE,
  DEPLOYMENT,
  DATASET,
  EXPERIMENT;

  /** As it begins the id of a node. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is there because the registry has it, and for no other reason. */
  public boolean registered() {
    return this == MODEL || this == VERSION || this == DEPLOYMENT;
  }
}
