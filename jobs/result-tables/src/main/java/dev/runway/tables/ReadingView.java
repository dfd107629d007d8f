package dev.runway.tables;

import java.util.List;

/** Whose readings they are; each view has tables of its own, of the same columns. */
enum ReadingView {
  /** The stream's: within minutes, provisional first. */
  SPEED(""),

  /** Those of batch runs over the archive: final, labels that came late included. */
  MASTER("master_");

  private final String prefix;

  ReadingView(String prefix) {
    this.prefix = prefix;
  }

  /** This view's table of that name. */
  String table(String name) {
    return prefix + name;
  }

  /** Who makes roll-ups, which are of both views: the writer of the stream's tables. */
  List<String> rollUps(String... functions) {
    return this == SPEED ? List.of(functions) : List.of();
  }

  /** Columns that tell which of two rows of a key stays. */
  List<String> newerBy() {
    // A later run over the archive knows more, also where that is a label less and so a lower
    // revision.
    return this == MASTER ? List.of(WindowColumns.COMPUTED_AT) : WindowColumns.NEWER_BY;
  }
}
