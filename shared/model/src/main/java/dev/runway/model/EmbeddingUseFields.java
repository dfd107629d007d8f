package dev.runway.model;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The embeddings of a prediction as JSON. */
final class EmbeddingUseFields {
  private EmbeddingUseFields() {}

  static void write(JsonBytes out, EmbeddingUse use) throws IOException {
    out.field("space_id", use.spaceId());
    out.field("embedding_version", use.version());
  }

  static List<EmbeddingUse> read(StrictJson json) throws MalformedEvent {
    List<EmbeddingUse> uses = new ArrayList<>();
    json.enterArray();
    while (json.nextElement()) {
      if (uses.size() == Limits.MAX_EMBEDDING_USES) {
        throw json.bad("at most " + Limits.MAX_EMBEDDING_USES + " are accepted");
      }
      uses.add(use(json));
    }
    return uses;
  }

  private static EmbeddingUse use(StrictJson json) throws MalformedEvent {
    @Nullable String spaceId = null;
    @Nullable String version = null;
    json.enterObject();
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "space_id" -> spaceId = json.id();
        case "embedding_version" -> version = json.name();
        default -> json.skip();
      }
    }
    if (spaceId == null || version == null) {
      throw json.missingHere(spaceId == null ? "space_id" : "embedding_version");
    }
    return new EmbeddingUse(spaceId, version);
  }
}
