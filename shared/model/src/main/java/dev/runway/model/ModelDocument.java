package dev.runway.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Runway must know about a model to judge it; the newest document of a model on {@code
 * runway.models} counts. A prediction is judged by the document in force when it is read.
 *
 * @param revision rises with every change, or stays the same: the document written last counts
 *     among equal ones; a lower revision is refused
 * @param tier 1 (revenue-critical) to 4 (experimental)
 * @param horizon how long after a prediction its outcome may be observed and still count
 * @param negativeAfter after how long without outcome a provisional negative is assumed; null
 *     unless the policy is {@link LabelPolicy#IMPLICIT_NEGATIVE}
 * @param positiveLabel the label that counts as positive; null means {@code "true"} or {@code "1"}
 * @param positiveFrom values at or above count as positive
 * @param threshold scores at or above are decided positive
 * @param window length of a metric's window over prediction time, aligned to the epoch
 * @param sampleRate share of the model's predictions that are judged, (0, 1]
 * @param versions the versions that may predict; empty means any
 * @param segments the segments metrics are kept for; others are counted as {@link #OTHER}
 * @param classes the classes of a multi-class model; others are counted as {@link #OTHER}
 * @param variants the variants metrics are kept for, each as {@code experiment:variant} or as the
 *     variant alone where events name no experiment; others are counted as {@link #OTHER}
 * @param driftMetrics metrics of the model's own, measured of each window beside the built-in ones
 * @param team whose commands a kill switch of the team is about; null when it is not told
 * @param changeDetectors that look at the model's losses beside those that always do
 * @param embeddings versions of embedding spaces that its predictions rest on now; of a space that
 *     is not among them that is not known
 * @param trainedOn versions of embedding spaces that its versions were trained on; of others that
 *     is not known
 * @param deprecated versions that are to go and still predict: nothing is done about them
 */
public record ModelDocument(
    String modelId,
    long revision,
    int tier,
    @Nullable String owner,
    Task task,
    LabelPolicy labelPolicy,
    Reduction reduction,
    Duration horizon,
    @Nullable Duration negativeAfter,
    @Nullable String positiveLabel,
    double positiveFrom,
    double threshold,
    Duration window,
    double sampleRate,
    List<String> versions,
    List<String> segments,
    List<String> classes,
    List<String> variants,
    List<SqlMetric> driftMetrics,
    @Nullable String team,
    List<OptionalDetector> changeDetectors,
    List<EmbeddingVersion> embeddings,
    List<TrainedOn> trainedOn,
    List<String> deprecated) {

  /** A version of an embedding space. */
  public record EmbeddingVersion(String spaceId, String embeddingVersion) {}

  /**
   * What a version of the model was trained on.
   *
   * @param version of the model
   * @param embeddingVersion of the space
   */
  public record TrainedOn(String version, String spaceId, String embeddingVersion) {}

  /** Where undeclared groups and classes are counted, so that a producer cannot flood tables. */
  public static final String OTHER = "__other__";

  public ModelDocument {
    versions = Names.of(versions);
    segments = Names.of(segments);
    classes = Names.of(classes);
    variants = Names.of(variants);
    driftMetrics = List.copyOf(driftMetrics);
    changeDetectors = List.copyOf(changeDetectors);
    embeddings = List.copyOf(embeddings);
    trainedOn = List.copyOf(trainedOn);
    deprecated = List.copyOf(deprecated);
  }

  /** Of a model none of whose versions is deprecated. */
  public ModelDocument(
      String modelId,
      long revision,
      int tier,
      @Nullable String owner,
      Task task,
      LabelPolicy labelPolicy,
      Reduction reduction,
      Duration horizon,
      @Nullable Duration negativeAfter,
      @Nullable String positiveLabel,
      double positiveFrom,
      double threshold,
      Duration window,
      double sampleRate,
      List<String> versions,
      List<String> segments,
      List<String> classes,
      List<String> variants,
      List<SqlMetric> driftMetrics,
      @Nullable String team,
      List<OptionalDetector> changeDetectors,
      List<EmbeddingVersion> embeddings,
      List<TrainedOn> trainedOn) {
    this(
        modelId,
        revision,
        tier,
        owner,
        task,
        labelPolicy,
        reduction,
        horizon,
        negativeAfter,
        positiveLabel,
        positiveFrom,
        threshold,
        window,
        sampleRate,
        versions,
        segments,
        classes,
        variants,
        driftMetrics,
        team,
        changeDetectors,
        embeddings,
        trainedOn,
        List.of());
  }

  /** Of a model that says nothing of embeddings. */
  public ModelDocument(
      String modelId,
      long revision,
      int tier,
      @Nullable String owner,
      Task task,
      LabelPolicy labelPolicy,
      Reduction reduction,
      Duration horizon,
      @Nullable Duration negativeAfter,
      @Nullable String positiveLabel,
      double positiveFrom,
      double threshold,
      Duration window,
      double sampleRate,
      List<String> versions,
      List<String> segments,
      List<String> classes,
      List<String> variants,
      List<SqlMetric> driftMetrics,
      @Nullable String team,
      List<OptionalDetector> changeDetectors) {
    this(
        modelId,
        revision,
        tier,
        owner,
        task,
        labelPolicy,
        reduction,
        horizon,
        negativeAfter,
        positiveLabel,
        positiveFrom,
        threshold,
        window,
        sampleRate,
        versions,
        segments,
        classes,
        variants,
        driftMetrics,
        team,
        changeDetectors,
        List.of(),
        List.of());
  }

  /** Of a model without metrics of its own. */
  public ModelDocument(
      String modelId,
      long revision,
      int tier,
      @Nullable String owner,
      Task task,
      LabelPolicy labelPolicy,
      Reduction reduction,
      Duration horizon,
      @Nullable Duration negativeAfter,
      @Nullable String positiveLabel,
      double positiveFrom,
      double threshold,
      Duration window,
      double sampleRate,
      List<String> versions,
      List<String> segments,
      List<String> classes,
      List<String> variants) {
    this(
        modelId,
        revision,
        tier,
        owner,
        task,
        labelPolicy,
        reduction,
        horizon,
        negativeAfter,
        positiveLabel,
        positiveFrom,
        threshold,
        window,
        sampleRate,
        versions,
        segments,
        classes,
        variants,
        List.of());
  }

  /** Of a model whose team is not told. */
  public ModelDocument(
      String modelId,
      long revision,
      int tier,
      @Nullable String owner,
      Task task,
      LabelPolicy labelPolicy,
      Reduction reduction,
      Duration horizon,
      @Nullable Duration negativeAfter,
      @Nullable String positiveLabel,
      double positiveFrom,
      double threshold,
      Duration window,
      double sampleRate,
      List<String> versions,
      List<String> segments,
      List<String> classes,
      List<String> variants,
      List<SqlMetric> driftMetrics) {
    this(
        modelId,
        revision,
        tier,
        owner,
        task,
        labelPolicy,
        reduction,
        horizon,
        negativeAfter,
        positiveLabel,
        positiveFrom,
        threshold,
        window,
        sampleRate,
        versions,
        segments,
        classes,
        variants,
        driftMetrics,
        null);
  }

  /** Of a model without detectors of its own choice. */
  public ModelDocument(
      String modelId,
      long revision,
      int tier,
      @Nullable String owner,
      Task task,
      LabelPolicy labelPolicy,
      Reduction reduction,
      Duration horizon,
      @Nullable Duration negativeAfter,
      @Nullable String positiveLabel,
      double positiveFrom,
      double threshold,
      Duration window,
      double sampleRate,
      List<String> versions,
      List<String> segments,
      List<String> classes,
      List<String> variants,
      List<SqlMetric> driftMetrics,
      @Nullable String team) {
    this(
        modelId,
        revision,
        tier,
        owner,
        task,
        labelPolicy,
        reduction,
        horizon,
        negativeAfter,
        positiveLabel,
        positiveFrom,
        threshold,
        window,
        sampleRate,
        versions,
        segments,
        classes,
        variants,
        driftMetrics,
        team,
        List.of());
  }

  /** Whether a version may predict. */
  public boolean knows(String version) {
    return versions.isEmpty() || versions.contains(version);
  }

  /** The segment under which an event is counted; null for an event without segment. */
  public @Nullable String segmentOf(@Nullable String segment) {
    return segment == null || segments.contains(segment) ? segment : OTHER;
  }

  /**
   * The variant under which an event is counted; null for an event without variant.
   *
   * @param experiment the event's experiment; null when it names none
   */
  public @Nullable String variantOf(@Nullable String experiment, @Nullable String variant) {
    if (variant == null) {
      return null;
    }
    String arm = experiment == null ? variant : experiment + ":" + variant;
    return variants.contains(arm) ? arm : OTHER;
  }

  /** The class under which a label of a multi-class model is counted. */
  public String classOf(String label) {
    return classes.contains(label) ? label : OTHER;
  }
}
