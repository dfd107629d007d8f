package dev.runway.model;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON form of a {@link ModelDocument}, contract {@code schemas/model-document.schema.json}. */
public final class ModelDocumentCodec {
  private static final int MAX_VERSIONS = 1_000;
  private static final int MAX_SEGMENTS = 100;
  private static final int MAX_CLASSES = 255;
  private static final int MAX_VARIANTS = 100;

  /** Rows of these names there are anyway: a group of the same name would be mixed into them. */
  private static final Set<String> NOT_A_GROUP =
      Set.of(PerformanceReading.ALL, ModelDocument.OTHER);

  private ModelDocumentCodec() {}

  /**
   * Reads a document and checks it as a whole.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static ModelDocument read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        if (!json.isNull()) {
          fields.take(field, json);
        }
      }
      json.end();
    }
    return fields.document();
  }

  /** Writes a document. */
  public static byte[] write(ModelDocument model) {
    return JsonBytes.object(
        out -> {
          out.field("model_id", model.modelId());
          out.field("revision", model.revision());
          out.field("tier", model.tier());
          out.field("owner", model.owner());
          out.field("task", model.task().name());
          out.field("label_policy", model.labelPolicy().name());
          out.field("reduction", model.reduction().name());
          out.field("horizon", model.horizon().toString());
          Duration negativeAfter = model.negativeAfter();
          out.field("negative_after", negativeAfter == null ? null : negativeAfter.toString());
          out.field("positive_label", model.positiveLabel());
          out.field("positive_from", model.positiveFrom());
          out.field("threshold", model.threshold());
          out.field("window", model.window().toString());
          out.field("sample_rate", model.sampleRate());
          out.field("versions", model.versions());
          out.field("segments", model.segments());
          out.field("classes", model.classes());
          out.field("variants", model.variants());
          if (!model.driftMetrics().isEmpty()) {
            out.objects("drift_metrics", model.driftMetrics(), SqlMetricFields::write);
          }
          out.field("team", model.team());
          if (!model.changeDetectors().isEmpty()) {
            out.field(
                "change_detectors", model.changeDetectors().stream().map(Enum::name).toList());
          }
          if (!model.embeddings().isEmpty()) {
            out.objects("embeddings", model.embeddings(), ModelEmbeddingFields::write);
          }
          if (!model.trainedOn().isEmpty()) {
            out.objects("trained_on", model.trainedOn(), ModelEmbeddingFields::write);
          }
          if (!model.deprecated().isEmpty()) {
            out.field("deprecated", model.deprecated());
          }
        });
  }

  private static final class Fields {
    private @Nullable String modelId;
    private long revision;
    private int tier = 3;
    private @Nullable String owner;
    private @Nullable Task task;
    private @Nullable LabelPolicy labelPolicy;
    private Reduction reduction = Reduction.LAST;
    private Duration horizon = Duration.ofDays(7);
    private @Nullable Duration negativeAfter;
    private @Nullable String positiveLabel;
    private double positiveFrom = 1;
    private double threshold = 0.5;
    private Duration window = Duration.ofHours(1);
    private double sampleRate = 1;
    private List<String> versions = List.of();
    private List<String> segments = List.of();
    private List<String> classes = List.of();
    private List<String> variants = List.of();
    private List<SqlMetric> driftMetrics = List.of();
    private @Nullable String team;
    private List<OptionalDetector> changeDetectors = List.of();
    private List<ModelDocument.EmbeddingVersion> embeddings = List.of();
    private List<ModelDocument.TrainedOn> trainedOn = List.of();
    private List<String> deprecated = List.of();

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "revision" -> revision = json.count();
        case "tier" -> tier = (int) json.integer(1, 4);
        case "owner" -> owner = json.name();
        case "task" -> task = json.constant(Task.class);
        case "label_policy" -> labelPolicy = json.constant(LabelPolicy.class);
        case "reduction" -> reduction = json.constant(Reduction.class);
        case "horizon" -> horizon = duration(json);
        case "negative_after" -> negativeAfter = duration(json);
        case "positive_label" -> positiveLabel = PredictionCodec.labelOf(json);
        case "positive_from" -> positiveFrom = json.number(-Limits.MAX_VALUE, Limits.MAX_VALUE);
        case "threshold" -> threshold = json.number(0, 1);
        case "window" -> window = duration(json);
        case "sample_rate" -> sampleRate = json.number(Limits.MIN_WEIGHT, 1);
        case "versions" -> versions = names(json, MAX_VERSIONS, Limits.MAX_LABEL, Set.of());
        case "segments" -> segments = names(json, MAX_SEGMENTS, Limits.MAX_LABEL, NOT_A_GROUP);
        case "classes" -> classes = names(json, MAX_CLASSES, Limits.MAX_LABEL, Set.of());
        case "variants" -> variants = names(json, MAX_VARIANTS, Limits.MAX_ARM, NOT_A_GROUP);
        case "drift_metrics" -> driftMetrics = SqlMetricFields.read(json);
        case "team" -> team = json.name();
        case "change_detectors" -> changeDetectors = detectors(json);
        case "embeddings" -> embeddings = ModelEmbeddingFields.readNow(json);
        case "trained_on" -> trainedOn = ModelEmbeddingFields.readTrainedOn(json);
        case "deprecated" -> deprecated = names(json, MAX_VERSIONS, Limits.MAX_LABEL, Set.of());
        default -> json.skip();
      }
    }

    ModelDocument document() throws MalformedEvent {
      if (modelId == null) {
        throw StrictJson.missing("model_id");
      }
      if (task == null) {
        throw StrictJson.missing("task");
      }
      LabelPolicy policy = labelPolicy == null ? defaultPolicy(task) : labelPolicy;
      require(policyFits(task, policy), "label_policy", policy + " does not fit task " + task);
      require(
          horizon.compareTo(Limits.MAX_HORIZON) <= 0,
          "horizon",
          horizon + " is longer than " + Limits.MAX_HORIZON);
      require(
          (policy == LabelPolicy.IMPLICIT_NEGATIVE) == (negativeAfter != null),
          "negative_after",
          "goes with label_policy IMPLICIT_NEGATIVE, and only with it");
      require(
          negativeAfter == null || negativeAfter.compareTo(horizon) <= 0,
          "negative_after",
          negativeAfter + " is longer than horizon " + horizon);
      require(
          horizon.dividedBy(window) <= Limits.MAX_OPEN_WINDOWS,
          "window",
          window
              + " makes more than "
              + Limits.MAX_OPEN_WINDOWS
              + " windows of the horizon "
              + horizon
              + ": take longer windows");
      require(
          (task == Task.MULTICLASS) == !classes.isEmpty(),
          "classes",
          "goes with task MULTICLASS, and only with it");
      for (OptionalDetector detector : changeDetectors) {
        require(detector.fits(task), "change_detectors", detector + " does not fit task " + task);
      }
      return new ModelDocument(
          modelId,
          revision,
          tier,
          owner,
          task,
          policy,
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
          deprecated);
    }
  }

  private static LabelPolicy defaultPolicy(Task task) {
    return switch (task) {
      case BINARY, MULTICLASS -> LabelPolicy.EXPLICIT;
      case REGRESSION -> LabelPolicy.REGRESSION;
      case RANKING -> LabelPolicy.RANKING;
    };
  }

  private static boolean policyFits(Task task, LabelPolicy policy) {
    return switch (policy) {
      case EXPLICIT -> task == Task.BINARY || task == Task.MULTICLASS;
      case IMPLICIT_NEGATIVE, GRADED -> task == Task.BINARY;
      case REGRESSION -> task == Task.REGRESSION;
      case RANKING -> task == Task.RANKING;
    };
  }

  private static void require(boolean holds, String field, String detail) throws MalformedEvent {
    if (!holds) {
      throw new MalformedEvent(Reason.BAD_VALUE, field, detail);
    }
  }

  private static Duration duration(StrictJson json) throws MalformedEvent {
    String text = json.name();
    Duration duration;
    try {
      duration = Duration.parse(text);
    } catch (DateTimeException e) {
      throw json.bad("an ISO 8601 duration such as P7D or PT30M is due, found " + text);
    }
    if (duration.compareTo(Duration.ofSeconds(1)) < 0
        || duration.compareTo(Limits.MAX_WINDOW) > 0) {
      throw json.bad("1 second to 366 days are accepted, found " + text);
    }
    return duration;
  }

  private static List<OptionalDetector> detectors(StrictJson json) throws MalformedEvent {
    List<OptionalDetector> detectors = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      OptionalDetector detector = json.constant(OptionalDetector.class);
      if (detectors.contains(detector)) {
        throw json.bad(detector + " is named twice");
      }
      detectors.add(detector);
    }
    return detectors;
  }

  private static List<String> names(StrictJson json, int most, int maxChars, Set<String> reserved)
      throws MalformedEvent {
    List<String> names = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (names.size() == most) {
        throw json.bad("at most " + most + " are accepted");
      }
      String name = json.text(maxChars);
      if (reserved.contains(name)) {
        throw json.bad(name + " is counted beside the declared ones: it stands for all or others");
      }
      names.add(name);
    }
    return names;
  }
}
