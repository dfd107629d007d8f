package dev.runway.control.web;

import java.util.List;

/**
 * A view of the page over the {@link Story}.
 *
 * @param address what stands behind {@code #/}
 * @param sign a selector of what is there once it is drawn
 */
record View(String name, String address, String sign) {

  /**
   * Each that there is.
   *
   * @param running the command that runs
   */
  static List<View> all(String running) {
    return List.of(
        new View("fleet", "", "table"),
        new View("model", "model/" + Story.STALE, ".plot canvas"),
        new View("approvals", "approvals", ".approval .plan p"),
        new View("retrains", "retrains", ".stack"),
        new View("retrain", "retrain/" + Story.RUNNING + "/" + running, ".story"),
        new View("embeddings", "embeddings", "table"),
        new View("space", "embeddings/search-embedding", ".plot canvas"),
        new View("dependencies", "dependencies/data_source:clicks", ".impact table"));
  }
}
