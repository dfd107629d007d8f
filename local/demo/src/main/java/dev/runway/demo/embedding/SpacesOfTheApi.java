package dev.runway.demo.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.demo.loop.ControlClient;
import dev.runway.model.EmbeddingSpace;
import dev.runway.model.EmbeddingSpaceCodec;
import java.io.IOException;
import java.util.Optional;

/**
 * Spaces as everybody registers theirs: by the control API, which lists them and knows their gate.
 */
final class SpacesOfTheApi implements SpaceRegister {
  private static final String SPACES = "/v1/spaces";
  private static final String TEAM = "demo";

  private final ControlClient api;

  SpacesOfTheApi(ControlClient api) {
    this.api = api;
  }

  @Override
  public long write(EmbeddingSpace space) throws IOException, InterruptedException {
    ObjectNode document = (ObjectNode) ControlClient.json(EmbeddingSpaceCodec.write(space));
    document.remove("space_id");
    document.remove("revision");
    ObjectNode body = ControlClient.object().put("team", TEAM);
    body.set("document", document);
    Optional<JsonNode> before = api.find(path(space.spaceId()));
    JsonNode written =
        before.isPresent()
            ? api.put(path(space.spaceId()), body, before.orElseThrow().path("revision").asLong())
            : api.post(SPACES, body.put("space_id", space.spaceId()));
    return written.path("revision").asLong();
  }

  @Override
  public void end(String spaceId) throws IOException, InterruptedException {
    Optional<JsonNode> space = api.find(path(spaceId));
    if (space.isPresent() && space.orElseThrow().path("state").asText().equals("ACTIVE")) {
      api.delete(path(spaceId));
    }
  }

  private static String path(String spaceId) {
    return SPACES + "/" + spaceId;
  }
}
