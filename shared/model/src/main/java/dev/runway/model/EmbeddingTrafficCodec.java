package dev.runway.model;

import dev.runway.model.EmbeddingStability.Metric;
import dev.runway.model.EmbeddingTraffic.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of an {@link EmbeddingTraffic}, contract {@code schemas/embedding-traffic.schema.json}.
 */
public final class EmbeddingTrafficCodec {
  private static final int MAX_BREACHED = 100;

  private EmbeddingTrafficCodec() {}

  /** Writes a reading. */
  public static byte[] write(EmbeddingTraffic traffic) {
    return JsonBytes.object(
        out -> {
          out.field("space_id", traffic.spaceId());
          out.field("embedding_version", traffic.embeddingVersion());
          out.field("window_start", traffic.windowStartMillis());
          out.field("window_end", traffic.windowEndMillis());
          out.field("document_revision", traffic.documentRevision());
          out.field("dimensions", traffic.dimensions());
          out.field("vectors", traffic.vectors());
          out.field("gone", traffic.gone());
          Reference reference = traffic.reference();
          if (reference != null) {
            out.object(
                "reference",
                fields -> {
                  fields.field("start", reference.startMillis());
                  fields.field("end", reference.endMillis());
                  fields.field("vectors", reference.vectors());
                });
          }
          out.objects("metrics", traffic.metrics(), EmbeddingStabilityFields::write);
          out.field("breached", traffic.breached());
        });
  }

  /**
   * Reads a reading.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static EmbeddingTraffic read(byte @Nullable [] bytes) throws MalformedEvent {
    Fields fields = new Fields();
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        fields.take(field, json);
      }
      json.end();
    }
    return fields.traffic();
  }

  private static final class Fields {
    private @Nullable String spaceId;
    private @Nullable String version;
    private long start = EventTime.NONE;
    private long end = EventTime.NONE;
    private long documentRevision = -1;
    private long dimensions = -1;
    private long vectors = -1;
    private long gone;
    private @Nullable Reference reference;
    private @Nullable List<Metric> metrics;
    private List<String> breached = List.of();

    void take(String field, StrictJson json) throws MalformedEvent {
      switch (field) {
        case "space_id" -> spaceId = json.id();
        case "embedding_version" -> version = json.name();
        case "window_start" -> start = json.instantMillis();
        case "window_end" -> end = json.instantMillis();
        case "document_revision" -> documentRevision = json.count();
        case "dimensions" -> dimensions = json.integer(0, Limits.MAX_DIMENSIONS);
        case "vectors" -> vectors = json.count();
        case "gone" -> gone = json.count();
        case "reference" -> reference = reference(json);
        case "metrics" -> metrics = EmbeddingStabilityFields.metrics(json);
        case "breached" -> breached = names(json);
        default -> json.skip();
      }
    }

    private static Reference reference(StrictJson json) throws MalformedEvent {
      long start = EventTime.NONE;
      long end = EventTime.NONE;
      long vectors = -1;
      json.enterObject();
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "start" -> start = json.instantMillis();
          case "end" -> end = json.instantMillis();
          case "vectors" -> vectors = json.count();
          default -> json.skip();
        }
      }
      if (start == EventTime.NONE || end == EventTime.NONE) {
        throw json.missingHere(start == EventTime.NONE ? "start" : "end");
      }
      if (vectors < 0) {
        throw json.missingHere("vectors");
      }
      return new Reference(start, end, vectors);
    }

    private static List<String> names(StrictJson json) throws MalformedEvent {
      List<String> names = new ArrayList<>();
      json.enterArray();
      while (json.nextElement()) {
        if (names.size() == MAX_BREACHED) {
          throw json.bad("at most " + MAX_BREACHED + " metrics are accepted");
        }
        names.add(json.name());
      }
      return names;
    }

    EmbeddingTraffic traffic() throws MalformedEvent {
      String space = Required.field("space_id", spaceId);
      String ofVersion = Required.field("embedding_version", version);
      long from = Required.time("window_start", start);
      long to = Required.time("window_end", end);
      Required.window(from, to);
      return new EmbeddingTraffic(
          space,
          ofVersion,
          from,
          to,
          Required.count("document_revision", documentRevision),
          (int) Required.count("dimensions", dimensions),
          Required.count("vectors", vectors),
          gone,
          reference,
          Required.field("metrics", metrics),
          breached);
    }
  }
}
