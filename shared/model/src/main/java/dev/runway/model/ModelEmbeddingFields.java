package dev.runway.model;

import dev.runway.model.ModelDocument.EmbeddingVersion;
import dev.runway.model.ModelDocument.TrainedOn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a model document says of embedding spaces, as JSON. */
final class ModelEmbeddingFields {
  private static final int MAX_SPACES = 16;
  private static final int MAX_TRAINED_ON = 1_000;

  private ModelEmbeddingFields() {}

  static void write(JsonBytes out, EmbeddingVersion use) throws IOException {
    out.field("space_id", use.spaceId());
    out.field("embedding_version", use.embeddingVersion());
  }

  static void write(JsonBytes out, TrainedOn trained) throws IOException {
    out.field("version", trained.version());
    out.field("space_id", trained.spaceId());
    out.field("embedding_version", trained.embeddingVersion());
  }

  /** An array of versions of spaces, no two of one space. */
  static List<EmbeddingVersion> readNow(StrictJson json) throws MalformedEvent {
    List<EmbeddingVersion> uses = new ArrayList<>();
    for (Fields fields : read(json, MAX_SPACES, false)) {
      uses.add(new EmbeddingVersion(fields.spaceId, fields.embeddingVersion));
    }
    return uses;
  }

  /** An array of what versions were trained on, no two of one version and space. */
  static List<TrainedOn> readTrainedOn(StrictJson json) throws MalformedEvent {
    List<TrainedOn> trained = new ArrayList<>();
    for (Fields fields : read(json, MAX_TRAINED_ON, true)) {
      trained.add(new TrainedOn(fields.version, fields.spaceId, fields.embeddingVersion));
    }
    return trained;
  }

  private record Fields(String version, String spaceId, String embeddingVersion) {}

  private static List<Fields> read(StrictJson json, int most, boolean versioned)
      throws MalformedEvent {
    List<Fields> all = new ArrayList<>();
    Set<List<String>> told = new HashSet<>();
    json.enterArray();
    while (json.nextElement()) {
      if (all.size() == most) {
        throw json.bad("at most " + most + " are accepted");
      }
      json.enterObject();
      Fields fields = fields(json, versioned);
      if (!told.add(List.of(fields.version, fields.spaceId))) {
        throw json.bad("the space was named before it");
      }
      all.add(fields);
    }
    return all;
  }

  private static Fields fields(StrictJson json, boolean versioned) throws MalformedEvent {
    @Nullable String version = versioned ? null : "";
    @Nullable String spaceId = null;
    @Nullable String embeddingVersion = null;
    for (String field = json.nextField(); field != null; field = json.nextField()) {
      switch (field) {
        case "version" -> {
          if (versioned) {
            version = json.name();
          } else {
            json.skip();
          }
        }
        case "space_id" -> spaceId = json.id();
        case "embedding_version" -> embeddingVersion = json.name();
        default -> json.skip();
      }
    }
    if (version == null) {
      throw json.missingHere("version");
    }
    if (spaceId == null) {
      throw json.missingHere("space_id");
    }
    if (embeddingVersion == null) {
      throw json.missingHere("embedding_version");
    }
    return new Fields(version, spaceId, embeddingVersion);
  }
}
