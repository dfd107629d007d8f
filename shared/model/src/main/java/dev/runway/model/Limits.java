package dev.runway.model;

import java.time.Duration;

/** The sizes an event may have. A limit on everything: what is outside goes to dead letters. */
public final class Limits {
  /** Bytes of one event. */
  public static final int MAX_EVENT_BYTES = 256 * 1024;

  /** Bytes of one baseline: the profile of a thousand features, below Kafka's own megabyte. */
  public static final int MAX_BASELINE_BYTES = 960 * 1024;

  /**
   * Bytes of one drift reading, below Kafka's own megabyte. {@link #MAX_DRIFT_FEATURES} features of
   * 21 signals each are 918 KiB where their names are as long as they may be, of letters of three
   * bytes.
   */
  public static final int MAX_DRIFT_BYTES = 960 * 1024;

  /** Features named in one drift reading. */
  public static final int MAX_DRIFT_FEATURES = 200;

  /** Signals of one feature in a drift reading. */
  public static final int MAX_SIGNALS = 32;

  /** Characters that say what one signal is made of. */
  public static final int MAX_DETAIL = 512;

  /** Drift metrics of a model document's own. */
  public static final int MAX_SQL_METRICS = 8;

  /** Features that one of them may name. */
  public static final int MAX_METRIC_FEATURES = 100;

  /** Characters of one of their expressions. */
  public static final int MAX_EXPRESSION = 500;

  /** Bytes of one tile's counts: a thousand numeric features of half a kilobyte each. */
  public static final int MAX_TILE_BYTES = 512 * 1024;

  /** Bytes of one tile as an event: base64 makes four of three; below Kafka's own megabyte. */
  public static final int MAX_TILE_EVENT_BYTES = 704 * 1024;

  /** Predictions in one tile of a producer: none of its sums overflows. */
  public static final long MAX_TILE_PREDICTIONS = 1L << 30;

  /** Tiles that producers send for one minute of a version and profile, of all segments. */
  public static final int MAX_TILE_PARTS = 1_000;

  /** Levels of nesting, counted from the root object. */
  public static final int MAX_DEPTH = 32;

  /** Characters of one text value that is skipped or kept as free text. */
  public static final int MAX_TEXT = 64 * 1024;

  /** Characters of one number. */
  public static final int MAX_NUMBER_CHARS = 64;

  /** Characters of one field name. */
  public static final int MAX_NAME = 256;

  /** Characters of an id: printable ASCII without blanks. */
  public static final int MAX_ID = 128;

  /** Characters of a label, segment, variant or version. */
  public static final int MAX_LABEL = 128;

  /** Characters of a variant under its experiment: {@code experiment:variant}. */
  public static final int MAX_ARM = 2 * MAX_LABEL + 1;

  /** Characters of the name of a thing that a model depends on, its kind before it. */
  public static final int MAX_NODE = 300;

  /** Characters of a reason that a person or a system gives. */
  public static final int MAX_REASON = 1_000;

  /** Bytes of the evidence of one retrain command. */
  public static final int MAX_EVIDENCE_BYTES = 32 * 1024;

  /** Bytes of what one decision was made from. */
  public static final int MAX_INPUTS_BYTES = 128 * 1024;

  /** Characters of the words in which a decision is explained. */
  public static final int MAX_EXPLANATION = 4_000;

  /** Features that are named as at fault. */
  public static final int MAX_FAULTY_FEATURES = 20;

  /** Attempts of one episode. */
  public static final int MAX_ATTEMPTS = 1_000;

  /** Largest cost of one retrain, in US dollars. */
  public static final double MAX_COST = 1e9;

  /** Items of one ranked list that are kept; metrics look at no deeper position. */
  public static final int MAX_RANKING = 100;

  /** Outcomes kept for one prediction: the earliest by source order. Enough for a ranked list. */
  public static final int MAX_OUTCOMES = 256;

  /** Largest magnitude of a prediction's value and an outcome's value. */
  public static final double MAX_VALUE = 1e12;

  /** Smallest weight of one event, and smallest sampling rate; it is one unit of a weight. */
  public static final double MIN_WEIGHT = 0x1p-20;

  /**
   * Largest weight of one event, which is one over the smallest sampling probability. It holds for
   * the weight a producer sends and for what it becomes when Runway samples as well.
   */
  public static final double MAX_WEIGHT = 0x1p20;

  /** Dimensions of one embedding. */
  public static final int MAX_DIMENSIONS = 4096;

  /** Dimensions of an embedding whose versions are compared: time is cubic in them. */
  public static final int MAX_SPACE_DIMENSIONS = 2048;

  /** Versions of a space that are kept at once. */
  public static final int MAX_SPACE_VERSIONS = 16;

  /** Pairs of versions of a space that are compared. */
  public static final int MAX_SPACE_PAIRS = 16;

  /** Consumers of a space. */
  public static final int MAX_SPACE_CONSUMERS = 500;

  /** Items kept of a version, at least: with fewer there is no verdict. */
  public static final int MIN_SPACE_SAMPLE = 1_000;

  /** Items kept of a version, at most: of 512 dimensions 400 MB of state. */
  public static final int MAX_SPACE_SAMPLE = 200_000;

  /** Versions of embedding spaces that one prediction declares. */
  public static final int MAX_EMBEDDING_USES = 16;

  /** Versions of one space that are told apart in a window of a model's predictions. */
  public static final int MAX_MIXED_VERSIONS = 32;

  /** Pairs without which no document has a space judged: debiased CKA is right to 0.003 there. */
  public static final int MIN_SPACE_PAIRS = 200;

  /** Earliest time that can be written: 0000-01-01T00:00:00Z in epoch milliseconds. */
  public static final long MIN_TIME = -62_167_219_200_000L;

  /** Latest time that can be written: 9999-12-31T23:59:59.999Z in epoch milliseconds. */
  public static final long MAX_TIME = 253_402_300_799_999L;

  /** How far ahead of now an event may be; beyond it a clock is wrong. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /** Longest window, and longest duration in a model document. */
  public static final Duration MAX_WINDOW = Duration.ofDays(366);

  /**
   * Windows within a label horizon: a minute within a week. All of a version's open windows are
   * looked at for its curve of label delays.
   */
  public static final int MAX_OPEN_WINDOWS = 7 * 24 * 60;

  /** Longest label horizon. */
  public static final Duration MAX_HORIZON = Duration.ofDays(35);

  /** Bytes of a refused event that its dead letter keeps. */
  public static final int DEAD_LETTER_BYTES = 4 * 1024;

  /** Bytes of the mergeable counts in a reading; as base64 they are a text of {@link #MAX_TEXT}. */
  public static final int MAX_COUNTS_BYTES = 48 * 1024;

  private Limits() {}
}
