package dev.runway.lineage;

import java.util.Locale;

/** Who knows of a dependency and may end it. Names are stored: never rename one. */
public enum Source {
  API,
  REGISTRY,
  METAFLOW,
  OPENLINEAGE;

  /** As it is stored and sent. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
