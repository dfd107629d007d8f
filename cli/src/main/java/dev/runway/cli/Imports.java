package dev.runway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.lineage.Lineage;
import dev.runway.lineage.metaflow.FlowRun;
import dev.runway.lineage.metaflow.MetaflowFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sends what a folder of Metaflow says, one flow after the other. What cannot be read, is refused
 * or is left out is complained of, and holds up no other flow.
 */
final class Imports {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ApiClient api;
  private final String path;
  private final Consumer<String> complaints;
  private boolean whole = true;

  /**
   * @param path where it is sent
   * @param complaints lines for the one who reads along
   */
  Imports(ApiClient api, String path, Consumer<String> complaints) {
    this.api = api;
    this.path = path;
    this.complaints = line -> complaints.accept(Tables.printable(line));
  }

  /**
   * Imports the newest finished run of every flow.
   *
   * @return what became of each, with the run under {@code what}
   * @throws IOException if there is no such folder
   */
  List<JsonNode> of(Path folder) throws IOException, InterruptedException {
    MetaflowFolder.Reading reading = MetaflowFolder.read(folder);
    // Names of folders may have anything in them.
    reading.complaints().forEach(line -> complaints.accept(line.replace('\n', ' ')));
    List<JsonNode> taken = new ArrayList<>();
    for (FlowRun run : reading.runs()) {
      Lineage lineage = run.lineage();
      try {
        taken.add(send(lineage));
      } catch (Refused e) {
        whole = false;
        complaints.accept(lineage.what() + ": " + e.getMessage());
      }
    }
    return taken;
  }

  /** Whether the API took up every run that could be read. */
  boolean isWhole() {
    return whole;
  }

  private JsonNode send(Lineage lineage) throws InterruptedException, JsonProcessingException {
    ApiClient.Body body = ApiClient.Body.json(lineage.json());
    JsonNode told = api.send(new ApiClient.Request("POST", path, body, Map.of())).body();
    for (JsonNode left : told.path("left_out")) {
      complaints.accept(
          "%s: left out %s -> %s: %s"
              .formatted(
                  lineage.what(),
                  left.path("upstream").asText(),
                  left.path("downstream").asText(),
                  left.path("reason").asText()));
    }
    ObjectNode item = JSON.createObjectNode().put("what", lineage.what());
    told.properties().forEach(field -> item.set(field.getKey(), field.getValue()));
    return item;
  }
}
