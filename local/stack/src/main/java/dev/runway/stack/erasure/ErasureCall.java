package dev.runway.stack.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.model.EntityKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks the control API to delete a subject from the tables, and to keep that it was asked. */
final class ErasureCall {
  /** Above the API's own limit of a minute. */
  private static final Duration ANSWER = Duration.ofSeconds(90);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI api;
  private final String token;

  ErasureCall(URI api, String token) {
    this.api = api;
    this.token = token;
  }

  /**
   * Asks.
   *
   * @param look whether nothing is to be deleted
   * @param elsewhere for the audit log
   * @return what the tables held
   */
  List<Place> ask(EntityKey key, String entityId, boolean look, List<Place> elsewhere)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("entity_key", key.hex()).put("look", look).putArray("ids").add(entityId);
    ArrayNode said = body.putArray("elsewhere");
    for (Place place : elsewhere) {
      said.addObject()
          .put("place", place.name())
          .put("found", place.found())
          .put("gone", place.gone());
    }
    HttpResponse<byte[]> reply =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(api.resolve("/v1/erasures"))
                    .timeout(ANSWER)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    JsonNode answer = JSON.readTree(reply.body());
    if (reply.statusCode() != 200) {
      throw new IOException(
          "the control API refused to delete from the tables: "
              + reply.statusCode()
              + " "
              + answer.path("title").asText()
              + " "
              + answer.path("detail").asText());
    }
    List<Place> places = new ArrayList<>();
    for (JsonNode place : answer.path("places")) {
      String name = "table " + place.path("place").asText();
      places.add(new Place(name, place.path("found").asLong(), place.path("gone").asLong()));
      if (place.path("left").asLong() > 0) {
        // Whatever is in them: it is not gone.
        places.add(
            new Place(name + ", days that were not reached", place.path("left").asLong(), 0));
      }
    }
    return places;
  }
}
