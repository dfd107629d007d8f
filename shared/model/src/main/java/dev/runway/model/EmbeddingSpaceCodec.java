package dev.runway.model;

import dev.runway.model.EmbeddingSpace.Consumer;
import dev.runway.model.EmbeddingSpace.Pair;
import dev.runway.model.EmbeddingSpace.Usage;
import dev.runway.model.EmbeddingSpace.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON form of an {@link EmbeddingSpace}, contract {@code schemas/embedding-space.schema.json}. */
public final class EmbeddingSpaceCodec {
  private EmbeddingSpaceCodec() {}

  /** Writes a document. */
  public static byte[] write(EmbeddingSpace space) {
    return JsonBytes.object(
        out -> {
          out.field("space_id", space.spaceId());
          out.field("revision", space.revision());
          out.objects(
              "versions",
              space.versions(),
              (fields, version) -> {
                fields.field("version", version.version());
                fields.field("dimensions", version.dimensions());
              });
          out.objects("pairs", space.pairs(), EmbeddingSpaceCodec::write);
          Pair baseline = space.baseline();
          if (baseline != null) {
            out.object("baseline", fields -> write(fields, baseline));
          }
          out.objects(
              "consumers",
              space.consumers(),
              (fields, consumer) -> {
                fields.field("model_id", consumer.modelId());
                fields.field("usage", consumer.usage().name());
              });
          out.field("sample_rate", space.sampleRate());
          out.field("sample_size", space.sampleSize());
          if (space.leastPairs() != EmbeddingSpace.USUAL_LEAST_PAIRS) {
            out.field("least_pairs", space.leastPairs());
          }
          if (!space.thresholds().equals(SpaceThresholds.USUAL)) {
            out.object(
                "thresholds", fields -> SpaceThresholdsFields.write(fields, space.thresholds()));
          }
        });
  }

  private static void write(JsonBytes out, Pair pair) throws IOException {
    out.field("before", pair.before());
    out.field("after", pair.after());
  }

  /**
   * Reads a document and checks it as a whole.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static EmbeddingSpace read(byte @Nullable [] bytes) throws MalformedEvent {
    String spaceId = null;
    long revision = 0;
    List<Version> versions = null;
    List<Pair> pairs = List.of();
    Pair baseline = null;
    List<Consumer> consumers = List.of();
    double sampleRate = 1;
    long sampleSize = -1;
    long leastPairs = EmbeddingSpace.USUAL_LEAST_PAIRS;
    SpaceThresholds thresholds = SpaceThresholds.USUAL;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "space_id" -> spaceId = json.id();
          case "revision" -> revision = json.count();
          case "versions" ->
              versions = list(json, Limits.MAX_SPACE_VERSIONS, EmbeddingSpaceCodec::version);
          case "pairs" -> pairs = list(json, Limits.MAX_SPACE_PAIRS, EmbeddingSpaceCodec::pair);
          case "baseline" -> baseline = pair(json);
          case "consumers" ->
              consumers = list(json, Limits.MAX_SPACE_CONSUMERS, EmbeddingSpaceCodec::consumer);
          case "sample_rate" -> sampleRate = json.number(Limits.MIN_WEIGHT, 1);
          case "sample_size" ->
              sampleSize = json.integer(Limits.MIN_SPACE_SAMPLE, Limits.MAX_SPACE_SAMPLE);
          case "least_pairs" ->
              leastPairs = json.integer(Limits.MIN_SPACE_PAIRS, EmbeddingSpace.USUAL_LEAST_PAIRS);
          case "thresholds" -> thresholds = SpaceThresholdsFields.read(json);
          default -> json.skip();
        }
      }
      json.end();
    }
    List<Version> all = Required.field("versions", versions);
    EmbeddingSpace space =
        new EmbeddingSpace(
            Required.field("space_id", spaceId),
            revision,
            all,
            pairs,
            baseline,
            consumers,
            sampleRate,
            sampleSize < 0
                ? EmbeddingSpace.usualSample(EmbeddingSpace.widest(all))
                : (int) sampleSize,
            (int) leastPairs,
            thresholds);
    requireNames(space);
    int least = EmbeddingSpace.leastSample(space.dimensions());
    require(
        space.sampleSize() >= least,
        "sample_size",
        "%d items say nothing of %d dimensions, at least %d do"
            .formatted(space.sampleSize(), space.dimensions(), least));
    return space;
  }

  private static void requireNames(EmbeddingSpace space) throws MalformedEvent {
    require(!space.versions().isEmpty(), "versions", "a space has at least one version");
    long names = space.versions().stream().map(Version::version).distinct().count();
    require(names == space.versions().size(), "versions", "a version stands there twice");
    for (Pair pair : space.pairs()) {
      requireKnown(space, "pairs", pair);
    }
    Pair baseline = space.baseline();
    if (baseline != null) {
      requireKnown(space, "baseline", baseline);
    }
  }

  private static void requireKnown(EmbeddingSpace space, String field, Pair pair)
      throws MalformedEvent {
    for (String version : List.of(pair.before(), pair.after())) {
      require(space.find(version) != null, field, version + " is none of the versions");
    }
    require(!pair.before().equals(pair.after()), field, pair.before() + " is compared with itself");
  }

  private static void require(boolean holds, String field, String detail) throws MalformedEvent {
    if (!holds) {
      throw new MalformedEvent(Reason.BAD_VALUE, field, detail);
    }
  }

  /** Reads one item of an array. */
  private interface Item<T> {
    T read(StrictJson json) throws MalformedEvent;
  }

  /** Items, none of them twice. */
  private static <T> List<T> list(StrictJson json, int most, Item<T> item) throws MalformedEvent {
    List<T> items = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (items.size() == most) {
        throw json.bad("at most " + most + " are accepted");
      }
      T read = item.read(json);
      if (items.contains(read)) {
        throw json.bad("stands there twice");
      }
      items.add(read);
    }
    return items;
  }

  private static Version version(StrictJson json) throws MalformedEvent {
    String version = null;
    long dimensions = 0;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "version" -> version = json.name();
        case "dimensions" -> dimensions = json.integer(1, Limits.MAX_SPACE_DIMENSIONS);
        default -> json.skip();
      }
    }
    if (version == null || dimensions == 0) {
      throw json.missingHere(version == null ? "version" : "dimensions");
    }
    return new Version(version, (int) dimensions);
  }

  private static Pair pair(StrictJson json) throws MalformedEvent {
    String before = null;
    String after = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "before" -> before = json.name();
        case "after" -> after = json.name();
        default -> json.skip();
      }
    }
    if (before == null || after == null) {
      throw json.missingHere(before == null ? "before" : "after");
    }
    return new Pair(before, after);
  }

  private static Consumer consumer(StrictJson json) throws MalformedEvent {
    String modelId = null;
    Usage usage = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "model_id" -> modelId = json.id();
        case "usage" -> usage = json.constant(Usage.class);
        default -> json.skip();
      }
    }
    if (modelId == null) {
      throw json.missingHere("model_id");
    }
    if (usage == null) {
      throw json.missingHere("usage");
    }
    return new Consumer(modelId, usage);
  }
}
