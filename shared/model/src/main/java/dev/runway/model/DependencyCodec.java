package dev.runway.model;

import org.jspecify.annotations.Nullable;

/** JSON form of a {@link Dependency}, contract {@code schemas/dependency.schema.json}. */
public final class DependencyCodec {
  private DependencyCodec() {}

  /** Writes a dependency. */
  public static byte[] write(Dependency dependency) {
    return JsonBytes.object(
        out -> {
          out.field("edge_id", dependency.edgeId());
          out.field("model_id", dependency.modelId());
          out.field("upstream_model", dependency.upstreamModel());
          out.field("source", dependency.source());
        });
  }

  /**
   * Reads a dependency.
   *
   * @throws MalformedEvent with the field at fault
   */
  public static Dependency read(byte @Nullable [] bytes) throws MalformedEvent {
    String edgeId = null;
    String modelId = null;
    String upstreamModel = null;
    String source = null;
    try (StrictJson json = StrictJson.open(bytes)) {
      for (String field = json.nextField(); field != null; field = json.nextField()) {
        switch (field) {
          case "edge_id" -> edgeId = json.id();
          case "model_id" -> modelId = json.id();
          case "upstream_model" -> upstreamModel = json.id();
          case "source" -> source = json.text(Limits.MAX_NODE);
          default -> json.skip();
        }
      }
      json.end();
    }
    if (upstreamModel == null) {
      Required.field("source", source);
    } else if (source != null) {
      throw new MalformedEvent(Reason.BAD_VALUE, "source", "does not go with upstream_model");
    }
    return new Dependency(
        Required.field("edge_id", edgeId),
        Required.field("model_id", modelId),
        upstreamModel,
        source);
  }
}
