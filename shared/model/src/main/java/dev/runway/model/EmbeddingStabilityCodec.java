package dev.runway.model;

import dev.runway.model.EmbeddingStability.Compatibility;
import dev.runway.model.EmbeddingStability.Floor;
import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingStability.Rotation;
import dev.runway.model.EmbeddingStability.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of an {@link EmbeddingStability}, contract {@code
 * schemas/embedding-stability.schema.json}.
 */
public final class EmbeddingStabilityCodec {
  private EmbeddingStabilityCodec() {}

  /** Writes a result. */
  public static byte[] write(EmbeddingStability stability) {
    return JsonBytes.object(
        out -> {
          out.field("space_id", stability.spaceId());
          out.field("version_before", stability.versionBefore());
          out.field("version_after", stability.versionAfter());
          out.field("document_revision", stability.documentRevision());
          out.field("as_of", stability.asOfMillis());
          out.field("baseline", stability.baseline());
          out.field("compatibility", stability.compatibility().name());
          out.field("items_before", stability.itemsBefore());
          out.field("items_after", stability.itemsAfter());
          out.field("pairs", stability.pairs());
          out.field("unusable_pairs", stability.unusablePairs());
          out.field("dimensions_before", stability.dimensionsBefore());
          out.field("dimensions_after", stability.dimensionsAfter());
          out.field("sample_size", stability.sampleSize());
          out.field("neighbours", stability.neighbours());
          Floor floor = stability.floor();
          if (floor != null) {
            out.object("floor", fields -> EmbeddingStabilityFields.write(fields, floor));
          }
          out.objects("metrics", stability.metrics(), EmbeddingStabilityFields::write);
          out.objects("verdicts", stability.verdicts(), EmbeddingStabilityFields::write);
          Rotation rotation = stability.rotation();
          if (rotation != null) {
            out.object("rotation", fields -> EmbeddingStabilityFields.write(fields, rotation));
          }
        });
  }

  /**
   * Reads a result.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static EmbeddingStability read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.stability();
  }

  private static final class Fields {
    private @Nullable String spaceId;
    private @Nullable String before;
    private @Nullable String after;
    private long documentRevision = -1;
    private long asOf = EventTime.NONE;
    private boolean baseline;
    private @Nullable Compatibility compatibility;
    private long itemsBefore = -1;
    private long itemsAfter = -1;
    private long pairs = -1;
    private long unusablePairs = -1;
    private long dimensionsBefore = -1;
    private long dimensionsAfter = -1;
    private long sampleSize = -1;
    private long neighbours = -1;
    private @Nullable Floor floor;
    private @Nullable List<Metric> metrics;
    private @Nullable List<Verdict> verdicts;
    private @Nullable Rotation rotation;

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "space_id" -> spaceId = json.id();
        case "version_before" -> before = json.name();
        case "version_after" -> after = json.name();
        case "document_revision" -> documentRevision = json.count();
        case "as_of" -> asOf = json.instantMillis();
        case "baseline" -> baseline = json.bool();
        case "compatibility" -> compatibility = json.constant(Compatibility.class);
        case "items_before" -> itemsBefore = json.count();
        case "items_after" -> itemsAfter = json.count();
        case "pairs" -> pairs = json.count();
        case "unusable_pairs" -> unusablePairs = json.count();
        case "dimensions_before" -> dimensionsBefore = dimensions(json);
        case "dimensions_after" -> dimensionsAfter = dimensions(json);
        case "sample_size" -> sampleSize = json.integer(0, Integer.MAX_VALUE);
        case "neighbours" -> neighbours = json.integer(0, Integer.MAX_VALUE);
        case "floor" -> floor = EmbeddingStabilityFields.floor(json);
        case "metrics" -> metrics = EmbeddingStabilityFields.metrics(json);
        case "verdicts" -> verdicts = EmbeddingStabilityFields.verdicts(json);
        case "rotation" -> rotation = EmbeddingStabilityFields.rotation(json);
        default -> json.skip();
      }
    }

    private static long dimensions(StrictJson json) throws MalformedEvent {
      return json.integer(1, Limits.MAX_DIMENSIONS);
    }

    EmbeddingStability stability() throws MalformedEvent {
      return new EmbeddingStability(
          Required.field("space_id", spaceId),
          Required.field("version_before", before),
          Required.field("version_after", after),
          Required.count("document_revision", documentRevision),
          Required.time("as_of", asOf),
          baseline,
          Required.field("compatibility", compatibility),
          Required.count("items_before", itemsBefore),
          Required.count("items_after", itemsAfter),
          Required.count("pairs", pairs),
          Required.count("unusable_pairs", unusablePairs),
          (int) Required.count("dimensions_before", dimensionsBefore),
          (int) Required.count("dimensions_after", dimensionsAfter),
          (int) Required.count("sample_size", sampleSize),
          (int) Required.count("neighbours", neighbours),
          floor,
          Required.field("metrics", metrics),
          Required.field("verdicts", verdicts),
          rotation);
    }
  }
}
